import CanteenCore
import CanteenTestSupport
import Concurrency
import Foundation
import GatewayProtocol
import OrderLedger
import Testing

@testable import Terminal

/// I5: what a till may sell by face while its gateway is away, and that it goes on by itself afterwards.
@Suite(.timeLimit(.minutes(5)))
struct OfflineWatchTests {
  private func watch(_ till: SellingTill, lastSync: Timestamp? = nil, network: GatewayClient.Link = .unknown)
    -> OfflineWatch
  {
    OfflineWatch(
      ledger: till.ledger, checkout: till.checkout, leases: till.leases, lastSync: { lastSync },
      link: Broadcast(network), folder: till.folder.url, clock: till.clock, wallClock: till.wallClock,
      logger: till.logger)
  }

  @Test(arguments: [
    (OfflineLimits(orders: 10), OfflineGauge.unsentOrders),
    (OfflineLimits(amount: Fen(120_00)), .unsentAmount),
  ])
  func `Unsent orders warn at 80 percent, stop faces at 100, and free them when the gateway has them`(
    limits: OfflineLimits, gauge: OfflineGauge
  ) async throws {
    let till = try await SellingTill(offline: limits)
    let watch = watch(till)
    for student in 1...7 { #expect(try await till.sell(Fen(12_00), to: student) != nil) }
    await watch.look()
    #expect(watch.state.latest.levels.isEmpty)
    #expect(try await till.sell(Fen(12_00), to: 8) != nil)
    await watch.look()
    #expect(watch.state.latest.levels == [gauge: .warning])
    for student in 9...10 { #expect(try await till.sell(Fen(12_00), to: student) != nil) }
    await watch.look()
    #expect(watch.state.latest.levels == [gauge: .stop])
    #expect(try await till.sell(Fen(12_00), to: 11) == nil)
    #expect(till.checkout.snapshots.latest.faceBlockers == Set([gauge.blocker].compactMap(\.self)))

    try await till.checkout.takeByStaff(.manual(Fen(8_00)))
    #expect(try await till.ledger.totals().allOrders == 11)

    try await till.ledger.confirmUploaded(through: 11)
    await watch.look()
    #expect(watch.state.latest.levels.isEmpty)
    #expect(try await till.sell(Fen(12_00), to: 12) != nil)
  }

  @Test func `An unsent order that grows too old stops faces`() async throws {
    let till = try await SellingTill(offline: OfflineLimits(oldest: .seconds(3_600)))
    let watch = watch(till)
    try await till.sell(Fen(12_00), to: 1)
    till.timePasses(.seconds(2_880))
    await watch.look()
    #expect(watch.state.latest.levels == [.oldestUnsent: .warning])
    till.timePasses(.seconds(720))
    await watch.look()
    #expect(watch.state.latest.levels == [.oldestUnsent: .stop])
    #expect(try await till.sell(Fen(12_00), to: 2) == nil)
  }

  @Test func `A face library of long ago stops faces, one of ten minutes only warns while the network is up`()
    async throws
  {
    let till = try await SellingTill(offline: OfflineLimits(library: .seconds(36 * 3_600)))
    let synced = till.wallClock.now()
    let online = watch(till, lastSync: synced, network: .up)
    let offline = watch(till, lastSync: synced)
    till.timePasses(.seconds(600))
    await offline.look()
    #expect(offline.state.latest.levels.isEmpty)
    await online.look()
    #expect(online.state.latest.levels == [.libraryAge: .warning])
    #expect(try await till.sell(Fen(12_00), to: 1) != nil)
    let stale = watch(till, lastSync: synced.advanced(by: .seconds(-36 * 3_600)))
    await stale.look()
    #expect(stale.state.latest.levels == [.libraryAge: .stop])
    #expect(try await till.sell(Fen(12_00), to: 2) == nil)
  }

  @Test func `A disk that is nearly full stops faces before the ledger fails`() async throws {
    let till = try await SellingTill(offline: OfflineLimits(freeDisk: 1 << 60))
    let watch = watch(till)
    await watch.look()
    #expect(watch.state.latest.levels == [.freeDisk: .stop])
    #expect(try await till.sell(Fen(12_00), to: 1) == nil)
    #expect(try await till.ledger.totals().allOrders == 0)
  }

  @Test func `While nobody knows how much is unsent, no face pays`() async throws {
    let till = try await SellingTill()
    let watch = watch(till)
    till.ledger.close()
    await watch.look()
    #expect(till.checkout.snapshots.latest.faceBlockers.contains(.ledgerFailed))
  }

  @Test func `A clock that was set is written into the ledger once`() async throws {
    let till = try await SellingTill()
    let watch = watch(till)
    await watch.look()
    till.systemClock.advance(by: .seconds(7_200))
    for _ in 1...2 { await watch.look() }
    let entries = try await till.ledger.unsent(atMost: 10)
    #expect(try entries.map { try $0.decodedPayload() } == [.clockJumped(ClockJump(milliseconds: 7_200_000))])
  }
}

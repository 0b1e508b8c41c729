import CanteenCore
import CanteenTestSupport
import Crypto
import FaultInjection
import Foundation
import GatewayProtocol
import GRDB
import Testing
import TillAPI

@testable import OrderLedger

/// I1 on a disk that loses its power in every operation of a day, one after the other.
struct PowerCutTests {
  @Test(.timeLimit(.minutes(5)), arguments: [nil, 1, 2] as [UInt64?])
  func `I1: whatever the moment of a power cut, no accepted order is lost and none is booked twice`(
    seed: UInt64?
  ) async throws {
    let whole = try Till()
    let sold = await whole.sellThroughTheDay()
    try whole.disk.restorePower()
    try #require(sold.accepted == Till.ordersOfTheDay && whole.disk.operations > 100)
    // Losing everything unsynced is tried at every operation; what a seed lets survive, at every third.
    let step = seed == nil ? 1 : 3
    for moment in stride(from: Int(seed ?? 0), to: whole.disk.operations, by: step) {
      let till = try Till()
      till.disk.cutPower(afterOperations: moment, seed: seed.map { $0 << 32 | UInt64(moment) })
      let sold = await till.sellThroughTheDay()
      try till.disk.restorePower()
      do {
        try await till.reopen(after: sold)
      } catch {
        Issue.record("cut in operation \(moment) of \(whole.disk.operations): \(error)")
        return
      }
    }
  }
}

/// A till with a disk of its own.
private struct Till {
  /// What the till had been told when it died.
  struct Sold {
    var accepted: [String] = []
    /// Its booking was asked for, and nobody knows.
    var inFlight: String?
    var uploadedThrough: Int64 = 0
    var cursor: Int64 = 0
  }

  static let ordersOfTheDay = (1...12).map { "ORDER-\(1000 + $0)" }

  let folder: TemporaryFolder
  let disk: FaultyDisk
  private let key = P256.Signing.PrivateKey()
  private let clock = ManualWallClock()

  init() throws {
    folder = try TemporaryFolder()
    disk = try FaultyDisk(folder: folder.url)
  }

  private func open() throws -> OrderLedger {
    try OrderLedger(
      path: folder.path("ledger.sqlite"), terminal: TerminalID("till-1"), key: key, wallClock: clock)
  }

  /// Breakfast, a restart, lunch, a log that starts over, dinner; ends where the power does.
  func sellThroughTheDay() async -> Sold {
    var sold = Sold()
    do {
      let orders = Self.ordersOfTheDay
      try await sell(orders[..<6], on: open(), &sold)
      let ledger = try open()
      try await ledger.confirmUploaded(through: 4)
      sold.uploadedThrough = 4
      try await ledger.record(events(of: orders[..<3]))
      sold.cursor = 3
      try await sell(orders[6..<9], on: ledger, &sold)
      try await ledger.database.writeWithoutTransaction { _ = try $0.checkpoint(.restart) }
      try await sell(orders[9...], on: ledger, &sold)
    } catch {}
    return sold
  }

  private func sell(_ orders: ArraySlice<String>, on ledger: OrderLedger, _ sold: inout Sold) async throws {
    for order in orders {
      sold.inFlight = order
      _ = try await ledger.accept(.sample(order))
      sold.accepted.append(order)
      sold.inFlight = nil
    }
  }

  private func events(of orders: ArraySlice<String>) throws -> TerminalEvents {
    TerminalEvents(
      items: try orders.map {
        .orderResult(
          OrderResult(
            outTradeNumber: try OutTradeNumber($0), state: .paid, transactionID: "T-\($0)", reason: nil,
            at: clock.now()))
      }, cursor: Int64(orders.count))
  }

  /// The till starts again, is whole, and sells on.
  func reopen(after sold: Sold) async throws {
    let ledger = try open()
    let found = try await ledger.recentOrders(atMost: 100).reversed()
    let results = found.count { $0.state == .paid }
    try #require(try await ledger.verify() == Int64(found.count + results))
    try #require(found.map(\.outTradeNumber).starts(with: sold.accepted))
    let extra = found.dropFirst(sold.accepted.count).map(\.outTradeNumber)
    try #require(extra.isEmpty || extra == [sold.inFlight])
    try #require(try await ledger.eventPlace().cursor >= sold.cursor)
    try #require(found.prefix(Int(sold.cursor)).allSatisfy { $0.state == .paid })
    let unsent = try await ledger.unsent(atMost: 100)
    try #require(unsent.allSatisfy { $0.sequence > sold.uploadedThrough })

    let next = sold.inFlight ?? "ORDER-1099"
    for _ in 1...2 { _ = try await ledger.accept(.sample(next)) }
    try #require(
      try await ledger.recentOrders(atMost: 100).reversed().map(\.outTradeNumber) == sold.accepted + [next])
    try #require(try await ledger.verify() == Int64(sold.accepted.count + 1 + results))
  }
}

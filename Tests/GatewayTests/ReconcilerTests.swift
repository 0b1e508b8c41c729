import CanteenCore
import CanteenTestSupport
import Concurrency
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore
import Logging
import PaymentPlatform
import Testing

@testable import Gateway

/// What the office reads of a day, while money moves on other days too.
@Suite(.timeLimit(.minutes(5)))
struct ReconcilerTests {
  private let folder: TemporaryFolder
  private let store: SQLiteGatewayStore
  private let wallClock = ManualWallClock()
  private let till: PairedTerminal
  private let chain: EntryWriter
  private let day: SchoolDay

  init() async throws {
    folder = try TemporaryFolder()
    store = try SQLiteGatewayStore(path: folder.path("gateway.sqlite"))
    let key = P256.Signing.PrivateKey()
    till = try await store.pair("till-1", key: key, at: wallClock.now())
    chain = EntryWriter(terminal: till.id, key: key)
    day = SchoolTime(wallClock.now(), utcOffset: 480).day
    try await send(.orderAccepted(.sample("ORDER-0001")))
  }

  private func send(_ payload: LedgerPayload) async throws {
    let answers = try await LedgerIntake(store: store).take(
      [chain.next(payload)], of: till, at: wallClock.now())
    try #require(answers.allSatisfy { $0.outcome == .stored }, "\(answers)")
  }

  /// Everything that is due at this moment.
  private func settle(_ platform: ScriptedPlatform) async throws {
    let scheduler = SettlementScheduler(
      store: store, platforms: SchoolPlatforms(platform), eventsWritten: Broadcast(0), wallClock: wallClock,
      clock: ManualClock(), jitter: { 1 }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      quiet: .seconds(3))
    while try await scheduler.moveOnce() {}
  }

  private func report(
    _ platform: ScriptedPlatform, stopped: [PlatformID: String] = [:]
  ) async throws -> ReconciliationReport {
    try await Reconciler(
      store: store, platforms: SchoolPlatforms(platform), utcOffset: 480, wallClock: wallClock,
      stoppedLanes: { stopped }
    ).reconcile(day)
  }

  private func line(charged: Int64 = 0, refunded: Int64 = 0) -> BilledLine {
    BilledLine(
      platform: .weChatPay, outTradeNumber: "ORDER-0001", charged: Fen(charged), refunded: Fen(refunded))
  }

  /// - Parameter days: after the sale.
  private func dayAfter(_ days: Int) -> SchoolDay {
    SchoolTime(ManualWallClock().now().advanced(by: .seconds(days * 86_400)), utcOffset: 480).day
  }

  private static let paid = Deduction.charged(transactionID: "T-1", advanced: false)

  private func refund() throws -> LedgerPayload {
    .refundRequested(
      Refund(
        outRefundNumber: try OutRefundNumber("R-1"), outTradeNumber: try OutTradeNumber("ORDER-0001"),
        amount: Fen(5_00), operatorID: try OperatorID("anna"), reason: "wrong dish"))
  }

  @Test func `A refund of the next day explains itself on the day of the sale`() async throws {
    let platform = ScriptedPlatform(deductions: [Self.paid], refunds: [.refunded(refundID: "F-1")])
    try await settle(platform)
    wallClock.advance(by: .seconds(86_400))
    try await send(try refund())
    try await settle(platform)
    platform.setBill(of: day, PlatformBill([line(charged: 12_00)]))
    platform.setBill(of: dayAfter(1), PlatformBill([line(refunded: 5_00)]))
    let books = try await report(platform)
    #expect(books.differences.map(\.name) == [.refunded])
    #expect(books.unexplained == .zero)
    // The next morning there is no bill of that day yet.
    platform.setBill(of: dayAfter(1), nil)
    let early = try await report(platform)
    #expect(early.differences.map(\.name) == [.notBilledYet])
    #expect(early.unexplained == .zero)
  }

  @Test func `A charge that was learnt of two days later stands in the bill of the day it was made`()
    async throws
  {
    let platform = ScriptedPlatform(deductions: [.unknown(reason: "reset")], queries: [Self.paid])
    try await settle(platform)
    wallClock.advance(by: .seconds(2 * 86_400))
    try await settle(platform)
    platform.setBill(of: day, PlatformBill([line(charged: 12_00)]))
    #expect(try await report(platform).differences.isEmpty)
    platform.setBill(of: day, PlatformBill([]))
    platform.setBill(of: dayAfter(1), PlatformBill([line(charged: 12_00)]))
    #expect(try await report(platform).differences.isEmpty)
    platform.setBill(of: dayAfter(1), PlatformBill([]))
    #expect(try await report(platform).unexplained == Fen(12_00))
  }

  @Test func `An order that is paid today hides nothing of the day it was sold on`() async throws {
    let platform = ScriptedPlatform(deductions: [.notCharged(.insufficientFunds, reason: "empty"), Self.paid])
    try await settle(platform)
    wallClock.advance(by: .seconds(3 * 86_400))
    try await settle(platform)
    platform.setBill(of: dayAfter(3), nil)
    let books = try await report(platform)
    #expect(books.differences.map(\.name) == [.notBilledYet])
    #expect(books.unexplained == .zero)
    platform.setBill(of: day, nil)
    await #expect(throws: BillUnavailable.self, "of the day itself") { try await report(platform) }
  }

  @Test func `What does not put itself right is named`() async throws {
    let platform = ScriptedPlatform(deductions: [Self.paid], refunds: [.processing(stuck: true)])
    try await settle(platform)
    platform.setBill(of: day, PlatformBill([line(charged: 12_00)], flaws: ["line 7 has no valid 交易状态"]))
    try await send(try refund())
    try await settle(platform)
    try await send(.orderAccepted(.sample("ORDER-0002")))
    try await settle(ScriptedPlatform(deductions: [.unknown(reason: "reset")]))
    let fresh = try await report(platform).attention
    #expect(fresh.map(\.kind) == [.billLine, .refundAbnormal])
    wallClock.advance(by: .seconds(3_601))
    let later = try await report(platform, stopped: [.weChatPay: "NO_AUTH"]).attention
    #expect(later.map(\.kind) == [.billLine, .refundAbnormal, .overdue, .merchantRefused])
    #expect(later.compactMap(\.number) == ["ORDER-0001", "ORDER-0002"])
    #expect(later[1].amount == Fen(5_00))
  }
}

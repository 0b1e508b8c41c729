import CanteenCore
import CanteenTestSupport
import Concurrency
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore
import HTTPService
import Logging
import PaymentPlatform
import Testing

@testable import Gateway

/// Payment codes at the gateway: each number is shown to the platform once, and what was taken for no meal goes back.
@Suite(.timeLimit(.minutes(5)))
struct CodePaymentTests {
  private let folder: TemporaryFolder
  private let store: SQLiteGatewayStore
  private let clock = ManualWallClock()
  private let key = P256.Signing.PrivateKey()
  private let till: PairedTerminal
  private let chain: EntryWriter
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  private let code: PaymentCode
  private let number: OutTradeNumber

  init() async throws {
    folder = try TemporaryFolder()
    store = try SQLiteGatewayStore(path: folder.path("gateway.sqlite"))
    till = try await store.pair("till-1", key: key, at: clock.now())
    chain = EntryWriter(terminal: till.id, key: key)
    code = try #require(PaymentCode("134567890123456789"))
    number = try OutTradeNumber("CODE-0001")
  }

  private func order(_ fen: Int64 = 12_00, transactionID: String? = nil) throws -> Order {
    Order(
      outTradeNumber: number, amount: Fen(fen), amountMode: .manual, day: SchoolTime.noon.day,
      acceptedAt: clock.now(),
      means: PaymentMeans(
        payer: .nobody, collection: .paymentCode(CodeReceipt(transactionID: transactionID))))
  }

  private func payments(_ platform: any PaymentPlatform) -> CodePayments {
    CodePayments(store: store, platforms: SchoolPlatforms(platform), wallClock: clock, logger: logger)
  }

  private func collect(_ script: ScriptedPlatform, _ fen: Int64 = 12_00) async throws -> CodeOutcome {
    try await payments(ScriptedCodePlatform(script: script)).collect(
      CodePaymentRequest(order: order(fen), code: code), for: till.id
    ).codeOutcome
  }

  private func asked(_ script: ScriptedPlatform) async throws -> CodeOutcome {
    try await payments(ScriptedCodePlatform(script: script)).outcome(of: number, for: till.id).codeOutcome
  }

  private func settle(_ script: ScriptedPlatform) async throws {
    let scheduler = SettlementScheduler(
      store: store, platforms: SchoolPlatforms(script), eventsWritten: Broadcast(0), wallClock: clock,
      clock: ManualClock(),
      jitter: { 1 }, logger: logger, quiet: .seconds(3))
    for _ in 0..<60 {
      while try await scheduler.moveOnce() {}
      clock.advance(by: .seconds(10))
    }
  }

  private func send(_ payload: LedgerPayload) async throws {
    let answers = try await LedgerIntake(store: store).take([chain.next(payload)], of: till, at: clock.now())
    try #require(answers.allSatisfy { $0.outcome == .stored }, "\(answers)")
  }

  private static let paid = Deduction.charged(transactionID: "T-1", advanced: false)

  @Test func `The same number again is not shown again`() async throws {
    let script = ScriptedPlatform(deductions: [Self.paid, .charged(transactionID: "T-2", advanced: false)])
    for _ in 1...2 { #expect(try await collect(script) == .charged(transactionID: "T-1")) }
    #expect(try await asked(script) == .charged(transactionID: "T-1"))
    #expect(script.calls == ["deduct CODE-0001"])
    await #expect(throws: HTTPRefusal.self) { try await collect(script, 13_00) }
  }

  @Test func `An unclear code is queried, and lost only when every call about it must have ended`()
    async throws
  {
    let never = Deduction.notCharged(.notFound, reason: "no order")
    let script = ScriptedPlatform(
      deductions: [.unknown(reason: "timeout")], queries: [never, .unknown(reason: "busy"), never])
    guard case .unclear = try await collect(script), case .unclear = try await asked(script),
      case .unclear = try await asked(script)
    else {
      Issue.record("nobody knows yet")
      return
    }
    clock.advance(by: Settlement.longestCodeCall)
    #expect(try await asked(script) == .notCharged(reason: "no order"))
    #expect(script.calls.count { $0.hasPrefix("deduct") } == 1)
  }

  @Test func `A code that was asked about before it came is not charged`() async throws {
    let script = ScriptedPlatform(deductions: [Self.paid])
    guard case .notCharged = try await asked(script) else {
      Issue.record("the gateway never heard of it")
      return
    }
    await #expect(throws: HTTPRefusal.self) { try await collect(script) }
    #expect(script.calls.isEmpty)
  }

  @Test func `A school whose platform takes no codes says so, and another till's number is not told`()
    async throws
  {
    let script = ScriptedPlatform(deductions: [Self.paid])
    await #expect(throws: HTTPRefusal.self) {
      try await payments(script).collect(CodePaymentRequest(order: order(), code: code), for: till.id)
    }
    _ = try await collect(script)
    await #expect(throws: HTTPRefusal.self) {
      try await payments(script).outcome(of: number, for: TerminalID("till-2"))
    }
  }

  @Test(arguments: [0, -1, 100_01, .max] as [Int64])
  func `An amount that no code may take is refused before the platform hears of it`(fen: Int64) async throws {
    let script = ScriptedPlatform(deductions: [Self.paid])
    await #expect(throws: HTTPRefusal.self) { try await collect(script, fen) }
    #expect(script.calls.isEmpty)
  }

  @Test func `A booked meal is settled by the platform's word and never sent again`() async throws {
    try await send(.codePresented(order()))
    try await send(.orderAccepted(order()))
    let script = ScriptedPlatform(deductions: [Self.paid], queries: [Self.paid])
    try await settle(script)
    #expect(script.calls == ["query CODE-0001"])
    #expect(try await store.orders(atMost: 1).first?.state == "paid")
  }

  @Test func `A meal that was given for a code nobody charged fails, and is not sent`() async throws {
    try await send(.orderAccepted(order()))
    let never = Deduction.notCharged(.notFound, reason: "no order")
    let script = ScriptedPlatform(deductions: [Self.paid], queries: Array(repeating: never, count: 40))
    try await settle(script)
    #expect(!script.calls.contains("deduct CODE-0001"))
    #expect(try await store.orders(atMost: 1).first?.state == "failed")
  }

  @Test func `What a code took for no meal is given back`() async throws {
    try await send(.codePresented(order()))
    try await send(.codeClosed(CodeClosed(order: order(), reason: "no meal was given")))
    let script = ScriptedPlatform(
      deductions: [], queries: [Self.paid], refunds: [.refunded(refundID: "F-1")], mayPay: true)
    try await settle(script)
    #expect(script.calls == ["query CODE-0001", "refund V-CODE-0001 1200"])
    #expect(try await store.orders(atMost: 1).first?.state == "refunded")
  }

  @Test func `A closed code that took nothing is void`() async throws {
    try await send(.codeClosed(CodeClosed(order: order(), reason: "expired")))
    let never = Deduction.notCharged(.notFound, reason: "no order")
    let script = ScriptedPlatform(deductions: [], queries: Array(repeating: never, count: 40))
    try await settle(script)
    #expect(try await store.orders(atMost: 1).first?.state == "voided")
    #expect(!script.calls.contains { $0.hasPrefix("refund") || $0.hasPrefix("deduct") })
  }
}

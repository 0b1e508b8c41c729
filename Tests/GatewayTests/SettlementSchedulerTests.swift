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

@Suite(.timeLimit(.minutes(5)))
struct SettlementSchedulerTests {
  private let folder: TemporaryFolder
  private let store: SQLiteGatewayStore
  private let wallClock = ManualWallClock()
  private let clock = ManualClock()
  private let tillID: TerminalID

  init() async throws {
    folder = try TemporaryFolder()
    store = try SQLiteGatewayStore(path: folder.path("gateway.sqlite"))
    tillID = try TerminalID("till-1")
    let key = P256.Signing.PrivateKey()
    let till = try await store.pair("till-1", key: key, at: wallClock.now())
    let entry = try LedgerEntry(
      terminal: till.id, sequence: 1, previousHash: LedgerEntry.firstPreviousHash,
      recordedAt: wallClock.now(),
      payload: CanonicalJSON.text(LedgerPayload.orderAccepted(.sample("ORDER-0001"))), key: key)
    _ = try await LedgerIntake(store: store).take([entry], of: till, at: wallClock.now())
  }

  private func scheduler(with platform: ScriptedPlatform) -> SettlementScheduler {
    SettlementScheduler(
      store: store, platforms: SchoolPlatforms(platform), eventsWritten: Broadcast(0), wallClock: wallClock,
      clock: clock, jitter: { 1 },
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, quiet: .seconds(3))
  }

  /// Lets the scheduler work, moving time forward, until the order stands as expected.
  private func settle(with platform: ScriptedPlatform, until calls: Int) async throws -> [OrderResult] {
    let scheduler = scheduler(with: platform)
    _ = try await scheduler.pullIn()
    while platform.calls.count < calls {
      if try await !scheduler.moveOnce() { wallClock.advance(by: .seconds(61)) }
    }
    return try await store.results(for: tillID)
  }

  private static let paid = Deduction.charged(transactionID: "T-1", advanced: false)

  @Test func `A charge is told to the till with the platform's number`() async throws {
    let results = try await settle(with: ScriptedPlatform(deductions: [Self.paid]), until: 1)
    #expect(results.map(\.state) == [.paid])
    #expect(results.first?.transactionID == "T-1")
  }

  @Test func `After a start the platform is asked about what is open before anything is sent`() async throws {
    // The store came back from a backup that was made before the order was charged.
    for isKnown in [true, false] {
      let platform = ScriptedPlatform(
        deductions: isKnown ? [.notCharged(.forGood, reason: "the credential was used")] : [Self.paid],
        queries: isKnown ? [Self.paid] : [.notCharged(.notFound, reason: "no order")])
      let fresh = try await SettlementSchedulerTests()
      try await fresh.scheduler(with: platform).askFirst()
      let results = try await fresh.settle(with: platform, until: isKnown ? 1 : 2)
      #expect(results.map(\.state) == [.paid])
      #expect(platform.calls == (isKnown ? ["query ORDER-0001"] : ["query ORDER-0001", "deduct ORDER-0001"]))
    }
  }

  @Test func `I2: an unknown outcome is asked about, never sent again as new`() async throws {
    let platform = ScriptedPlatform(
      deductions: [.unknown(reason: "timeout")], queries: [.unknown(reason: "busy"), Self.paid])
    let results = try await settle(with: platform, until: 3)
    #expect(platform.calls == ["deduct ORDER-0001", "query ORDER-0001", "query ORDER-0001"])
    #expect(results.map(\.state) == [.paid])
  }

  @Test func `Only when the platform never had the order is it sent once more`() async throws {
    let platform = ScriptedPlatform(
      deductions: [.unknown(reason: "timeout"), Self.paid],
      queries: [.notCharged(.tryLater, reason: "busy"), .notCharged(.notFound, reason: "no such order")])
    let results = try await settle(with: platform, until: 4)
    #expect(
      platform.calls == ["deduct ORDER-0001", "query ORDER-0001", "query ORDER-0001", "deduct ORDER-0001"])
    #expect(results.map(\.state) == [.paid])
  }

  @Test func `I2: after a crash in the middle of a deduction the first word is a question`() async throws {
    let number = try OutTradeNumber("ORDER-0001")
    let (now, rules) = (
      wallClock.now(), Settlement.Rules(terms: .unnamed, utcOffset: 480, quiet: .seconds(3), jitter: 1)
    )
    let request = PlatformRequest(body: Data("first".utf8))
    let begun = try await store.amend([number]) { $0.begin(number, request: request, at: now, under: rules) }
    #expect(begun == .call(.deduct, request))
    let platform = ScriptedPlatform(deductions: [], queries: [Self.paid])
    let results = try await settle(with: platform, until: 1)
    #expect(platform.calls == ["query ORDER-0001"])
    #expect(results.map(\.state) == [.paid])
  }

  @Test func `A code that was charged is asked about, though nobody could send its order`() async throws {
    let number = try OutTradeNumber("ORDER-0001")
    try await store.amend([number]) { book in
      guard var record = book.order(number) else { return }
      // As a payment code's order arrives: what the code took is known at the platform only.
      record.settlement = Settlement(
        state: .uploaded, transactionID: nil, reason: nil, void: nil,
        calls: CallHistory(
          doubt: CallHistory.Doubt(since: wallClock.now(), sentAt: wallClock.now()), dueAt: wallClock.now()),
        attemptsOfDay: .none, concludedAt: nil, mayBeSent: false)
      book.write(record)
    }
    let platform = ScriptedPlatform(deductions: [], queries: [Self.paid])
    platform.refuseToMakeRequests()
    let results = try await settle(with: platform, until: 1)
    #expect(platform.calls == ["query ORDER-0001"])
    #expect(results.map(\.state) == [.paid])
  }

  @Test func `An order that cannot be put into a request fails, without a call`() async throws {
    let platform = ScriptedPlatform(deductions: [])
    platform.refuseToMakeRequests()
    let scheduler = SettlementScheduler(
      store: store, platforms: SchoolPlatforms(platform), eventsWritten: Broadcast(0), wallClock: wallClock,
      clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    #expect(try await scheduler.moveOnce())
    #expect(try await store.results(for: tillID).map(\.state) == [.failed])
    #expect(platform.calls == ["standing s00001"])
  }

  @Test func `I2: a retry sends the bytes that were sent first, though the school was renamed meanwhile`()
    async throws
  {
    let missing = Deduction.notCharged(.notFound, reason: "no such order")
    let platform = ScriptedPlatform(
      deductions: [.unknown(reason: "timeout"), .notCharged(.tryLater, reason: "busy"), Self.paid],
      queries: [missing, missing, missing])
    platform.duringNextDeduction { platform.callSchool("another name") }
    _ = try await settle(with: platform, until: 4)
    #expect(platform.calls.prefix(3) == ["deduct ORDER-0001", "query ORDER-0001", "deduct ORDER-0001"])
    #expect(Set(platform.requests).count == 1)
  }

  @Test(arguments: [
    (Deduction.Refusal.insufficientFunds, OrderState.delayed), (.overLimit, .delayed),
    (.riskRejected, .riskRejected), (.forGood, .failed),
  ])
  func `A refusal is told with its reason`(refusal: Deduction.Refusal, state: OrderState) async throws {
    let platform = ScriptedPlatform(deductions: [.notCharged(refusal, reason: "because")])
    let results = try await settle(with: platform, until: 1)
    #expect(results.map(\.state) == [state])
    #expect(results.first?.reason == "because")
  }

  @Test func `A delayed deduction is tried again and paid`() async throws {
    let platform = ScriptedPlatform(
      deductions: [
        .notCharged(.insufficientFunds, reason: "empty"), .charged(transactionID: "T-2", advanced: true),
      ])
    let results = try await settle(with: platform, until: 2)
    #expect(results.map(\.state) == [.delayed, .advanced])
  }

  @Test func `An order that a clock a day ahead put off is settled when the clock is right again`()
    async throws
  {
    let number = try OutTradeNumber("ORDER-0001")
    let tomorrow = wallClock.now().advanced(by: .seconds(86_400 + 60))
    #expect(
      try await store.amend([number]) { book in
        book.postpone(number, until: tomorrow)
        return book.order(number)?.settlement.dueAt
      } == tomorrow)
    let results = try await settle(with: ScriptedPlatform(deductions: [Self.paid]), until: 1)
    #expect(results.map(\.state) == [.paid])
    #expect(wallClock.now() < tomorrow)
  }
}

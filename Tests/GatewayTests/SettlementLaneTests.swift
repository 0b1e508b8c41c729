import CanteenCore
import CanteenTestSupport
import Concurrency
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore
import Logging
import PaymentPlatform
import Synchronization
import Testing

@testable import Gateway

/// Calls to slow platforms: several at once, never two about one order, and no platform waits for another.
@Suite(.timeLimit(.minutes(5)))
struct SettlementLaneTests {
  private let folder: TemporaryFolder
  private let store: SQLiteGatewayStore
  private let wallClock = ManualWallClock()
  private let clock = ManualClock()
  private let key = P256.Signing.PrivateKey()
  private let till: PairedTerminal
  private let chain: EntryWriter

  init() async throws {
    folder = try TemporaryFolder()
    store = try SQLiteGatewayStore(path: folder.path("gateway.sqlite"))
    till = try await store.pair("till-1", key: key, at: wallClock.now())
    chain = EntryWriter(terminal: till.id, key: key)
  }

  private func send(_ payloads: [LedgerPayload]) async throws {
    let answers = try await LedgerIntake(store: store).take(
      try payloads.map(chain.next), of: till, at: wallClock.now())
    try #require(answers.allSatisfy { $0.outcome == .stored }, "\(answers)")
  }

  private func orders(_ numbers: Range<Int>, at platform: PlatformID = .weChatPay) throws -> [LedgerPayload] {
    try numbers.map { number in
      let user = RecognisedUser(
        outUserID: try OutUserID("s00001"), platform: platform, platformUserID: "P", displayName: "甲")
      return .orderAccepted(
        Order(
          outTradeNumber: try OutTradeNumber("ORDER-\(1_000 + number)"), amount: Fen(12_00),
          amountMode: .manual, day: SchoolTime.noon.day, acceptedAt: wallClock.now(),
          means: .face(
            FacePayment(user: user, recognition: .postRecognition, faceToken: "token", evidence: .sample))))
    }
  }

  private func scheduler(_ platforms: SchoolPlatforms, callsAtOnce: Int) -> SettlementScheduler {
    SettlementScheduler(
      store: store, platforms: platforms, eventsWritten: Broadcast(0), wallClock: wallClock, clock: clock,
      jitter: { 1 }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, callsAtOnce: callsAtOnce
    )
  }

  /// Starts the scheduler, and lets the orders arrive when it runs: about those that were open before, it would ask.
  private func begin(_ scheduler: SettlementScheduler, with orders: [LedgerPayload]) async throws
    -> Task<Void, Never>
  {
    let work = Task { await scheduler.run() }
    await clock.waitForSleepers()
    try await send(orders)
    scheduler.workArrived()
    return work
  }

  private func eventually(_ holds: () async throws -> Bool) async rethrows {
    while try await !holds() { await Task.yield() }
  }

  private func paid() async throws -> Int {
    try await store.orders(atMost: 99).count { $0.state == "paid" }
  }

  @Test func `So many calls at once and no more, and one that hangs delays no other`() async throws {
    let platform = GatedPlatform()
    let scheduler = scheduler(SchoolPlatforms(platform), callsAtOnce: 4)
    let work = try await begin(scheduler, with: orders(0..<9))
    await eventually { platform.waiting.count == 4 }
    // The first never comes back; all others do, one after the other.
    let stuck = platform.waiting[0]
    try await eventually {
      for number in platform.waiting where number != stuck { platform.answer(number) }
      return try await paid() == 8
    }
    #expect(platform.mostAtOnce == 4)
    #expect(platform.waiting == [stuck])
    platform.answer(stuck)
    try await eventually { try await paid() == 9 }
    work.cancel()
    await work.value
    #expect(platform.asked.count == 9 && Set(platform.asked).count == 9)
  }

  @Test func `A platform that is away keeps only its own orders waiting`() async throws {
    let alipay = try PlatformID("alipay")
    let (away, there) = (GatedPlatform(alipay), GatedPlatform(opens: true))
    let scheduler = scheduler(SchoolPlatforms(there, away), callsAtOnce: 2)
    let work = try await begin(scheduler, with: orders(0..<3, at: alipay) + orders(3..<6))
    try await eventually { try await paid() == 3 }
    #expect(away.waiting.count == 2)
    #expect(there.asked.sorted() == ["ORDER-1003", "ORDER-1004", "ORDER-1005"])
    away.open()
    try await eventually { try await paid() == 6 }
    work.cancel()
    await work.value
  }

  @Test func `A platform that wants to be left alone for a minute is, by orders and refunds alike`()
    async throws
  {
    let busy = Deduction.heldUp(Standstill(.busy(retryAfter: .seconds(60)), reason: "429"))
    let platform = GatedPlatform()
    let scheduler = scheduler(SchoolPlatforms(platform), callsAtOnce: 4)
    let work = try await begin(scheduler, with: orders(0..<40))
    await eventually { platform.waiting.count == 4 }
    for number in platform.waiting { platform.answer(number, busy) }
    await eventually { scheduler.callsUnderWay == 0 && clock.sleeperCount >= 2 }
    for _ in 0..<59 {
      wallClock.advance(by: .seconds(1))
      clock.advance(by: .seconds(1))
      for _ in 0..<50 { await Task.yield() }
      #expect(platform.asked.count == 4)
    }
    // Then one goes first, and after its answer all the others.
    await eventually {
      wallClock.advance(by: .seconds(1))
      clock.advance(by: .seconds(1))
      return platform.waiting.count == 1
    }
    #expect(platform.asked.count == 5)
    platform.answer(platform.waiting[0])
    await eventually { platform.waiting.count == 4 }
    platform.open()
    work.cancel()
    await work.value
  }

  @Test func `A merchant who is refused is told so, and no order fails for it`() async throws {
    let refused = Deduction.heldUp(Standstill(.merchant, reason: "NO_AUTH"))
    let platform = GatedPlatform()
    let scheduler = scheduler(SchoolPlatforms(platform), callsAtOnce: 4)
    let work = try await begin(scheduler, with: orders(0..<9))
    await eventually { platform.waiting.count == 4 }
    for number in platform.waiting { platform.answer(number, refused) }
    await eventually { !scheduler.stoppedLanes.isEmpty }
    #expect(scheduler.stoppedLanes == [.weChatPay: "NO_AUTH"])
    await eventually { scheduler.callsUnderWay == 0 }
    #expect(try await store.orders(atMost: 99).allSatisfy { $0.state == "uploaded" })
    platform.open()
    try await eventually {
      wallClock.advance(by: .seconds(1))
      clock.advance(by: .seconds(1))
      return try await paid() == 9
    }
    #expect(scheduler.stoppedLanes.isEmpty)
    work.cancel()
    await work.value
  }
}

/// A platform that answers each deduction when the test says so.
private final class GatedPlatform: PaymentPlatform, Sendable {
  private struct State {
    var gates: [(number: String, gate: CheckedContinuation<Deduction, Never>)] = []
    var asked: [String] = []
    var mostAtOnce = 0
    var isOpen: Bool
  }

  private let state: Mutex<State>
  let terms: PlatformTerms

  init(_ id: PlatformID = .weChatPay, opens: Bool = false) {
    state = Mutex(State(isOpen: opens))
    terms = PlatformTerms(
      platform: id, orderCeiling: Fen(100_00), dayCeiling: Fen(500_00), deductionWindows: [],
      mostDeductionsPerDay: 5, leastUserIDLength: 1, mostRefundsPerOrder: 50, collectsByUser: false)
  }

  var waiting: [String] { state.withLock { $0.gates.map(\.number) } }
  var asked: [String] { state.withLock { $0.asked } }
  var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }

  private static func paid(_ number: String) -> Deduction {
    .charged(transactionID: "T-\(number)", advanced: false)
  }

  func answer(_ number: String, _ answer: Deduction? = nil) {
    let gate = state.withLock { state in
      state.gates.firstIndex { $0.number == number }.map { state.gates.remove(at: $0).gate }
    }
    gate?.resume(returning: answer ?? Self.paid(number))
  }

  /// Answers everything from now on.
  func open() {
    let gates = state.withLock { state in
      state.isOpen = true
      defer { state.gates = [] }
      return state.gates
    }
    for (number, gate) in gates { gate.resume(returning: Self.paid(number)) }
  }

  func request(for order: Order, at till: SellingTill) throws(UnsendableRequest) -> PlatformRequest {
    PlatformRequest(body: Data())
  }
  func request(for refund: Refund, of order: SentOrder) throws(UnsendableRequest) -> PlatformRequest {
    PlatformRequest(body: Data())
  }

  func deduct(_ order: Order, by request: PlatformRequest) async -> Deduction {
    let number = order.outTradeNumber.text
    return await withCheckedContinuation { gate in
      let isOpen = state.withLock { state in
        state.asked.append(number)
        if state.isOpen { return true }
        state.gates.append((number, gate))
        state.mostAtOnce = max(state.mostAtOnce, state.gates.count)
        return false
      }
      if isOpen { gate.resume(returning: Self.paid(number)) }
    }
  }

  func credential(for terminal: TerminalID, rawData: String) async throws -> PlatformCredential {
    PlatformCredential(platform: id, text: "", merchant: [:])
  }
  func standing(of user: OutUserID) async throws -> FaceUserStanding? { nil }
  func query(_ order: SentOrder) async -> Deduction { .unknown(reason: "nobody asks") }
  func cancel(_ number: OutTradeNumber) async -> Cancellation { .notOffered }
  func refund(_ sent: SentRefund, by request: PlatformRequest) async -> RefundOutcome {
    .unknown(reason: "nobody asks")
  }
  func queryRefund(_ sent: SentRefund) async -> RefundOutcome { .unknown(reason: "nobody asks") }
  func bill(of day: SchoolDay) async throws -> PlatformBill { PlatformBill([]) }
  func event(from headers: [String: String], body: Data) throws(EventRefusal) -> PlatformEvent {
    throw .unverified("nobody sends notifications here")
  }
}

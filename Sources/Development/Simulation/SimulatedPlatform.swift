import CanteenCore
import FaultInjection
import Gateway
import Foundation
import GatewayProtocol
import Synchronization
import PaymentPlatform

/// The bank of the simulation. Everything is compared with what it says happened to the money.
final class SimulatedPlatform: OffersPaymentCode, Sendable {
  struct Account {
    var balance: Fen
    var contractEnded = false
    var advances = 0
  }

  struct Charge {
    /// nil for a payment code.
    var user: OutUserID?
    var amount: Fen
    var refunds: [String: Fen] = [:]
    var refundedAt: [String: MonotonicInstant] = [:]
    /// Times the money was taken under this number: more than one is the fault the whole project exists to avoid.
    var times = 1
    var advanced = false
    let at: MonotonicInstant
  }

  struct State {
    var accounts: [OutUserID: Account] = [:]
    var charges: [String: Charge] = [:]
    var random: SeededRandom
    var isTroubled: Bool
    var isStrange: Bool
    /// The next call fails, before or after anything happened.
    var nextFailsAfterwards: Bool?
    /// Called in the middle of a call: the gateway may be killed there.
    var inTheMiddle: (@Sendable () -> Void)?
    /// Requests that are dealt with later.
    var late: [(at: MonotonicInstant, work: @Sendable (inout State) -> Void)] = []
    /// The first request under each number, which every later one must repeat.
    var requests: [String: PlatformRequest] = [:]
    /// Numbers under which other bytes were sent.
    var altered: Set<String> = []
    var troubles: [String: Int] = [:]
  }

  private static let advancesPerUser = 3

  private let state: Mutex<State>
  private let clock: VirtualClock
  private let stand: CallStand?

  /// - Parameters:
  ///   - isStrange: answers may also be late, stale, or refusals after the fact.
  ///   - stand: where calls wait in virtual time; nil when they take none.
  init(
    _ id: PlatformID = .weChatPay, seed: UInt64, isTroubled: Bool, isStrange: Bool = false,
    clock: VirtualClock = VirtualClock(), stand: CallStand? = nil
  ) {
    var terms = PlatformTerms(
      platform: id, orderCeiling: PlatformTerms.unnamed.orderCeiling,
      dayCeiling: PlatformTerms.unnamed.dayCeiling,
      deductionWindows: PlatformTerms.unnamed.deductionWindows,
      mostDeductionsPerDay: PlatformTerms.unnamed.mostDeductionsPerDay,
      leastUserIDLength: PlatformTerms.unnamed.leastUserIDLength,
      mostRefundsPerOrder: PlatformTerms.unnamed.mostRefundsPerOrder, collectsByUser: false)
    terms.paymentCodes = PaymentCodeForm(
      leastDigits: 18, mostDigits: 18, prefixes: [id == .weChatPay ? "13" : "28"])
    self.terms = terms
    self.clock = clock
    self.stand = stand
    state = Mutex(
      State(
        random: SeededRandom(seed: seed, stream: "platform \(id)"), isTroubled: isTroubled,
        isStrange: isStrange))
  }

  func open(_ user: OutUserID, balance: Fen) {
    state.withLock { $0.accounts[user] = Account(balance: balance) }
  }

  func endContract(of user: OutUserID) {
    state.withLock { $0.accounts[user]?.contractEnded = true }
  }

  /// From now on the platform answers as it should.
  func calmDown() {
    state.withLock {
      $0.isTroubled = false
      $0.isStrange = false
      $0.inTheMiddle = nil
    }
  }

  func inTheMiddleOfTheNextCall(_ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.inTheMiddle = action }
  }

  /// - Parameter afterwards: the call does what it should, and its answer is lost.
  func failNextCall(afterwards: Bool) { state.withLock { $0.nextFailsAfterwards = afterwards } }

  var charges: [String: Charge] {
    state.withLock { state in
      Self.catchUp(&state, until: clock.now)
      return state.charges
    }
  }

  /// Whether a request under this number was ever sent here, even if nothing has come of it yet.
  func wasAsked(for number: OutTradeNumber) -> Bool { state.withLock { $0.requests[number.text] != nil } }

  /// How often each trouble really occurred.
  var troubles: [String: Int] { state.withLock { $0.troubles } }

  /// Numbers under which other bytes were sent than at first.
  var altered: Set<String> { state.withLock { $0.altered } }

  /// Deals with the requests that were late and have arrived.
  private static func catchUp(_ state: inout State, until now: MonotonicInstant) {
    while let next = state.late.enumerated().min(by: {
      ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
    }),
      next.element.at <= now
    {
      state.late.remove(at: next.offset)
      next.element.work(&state)
    }
  }

  var billed: [Reconciliation.Billed] {
    charges.sorted { $0.key < $1.key }.map { number, charge in
      Reconciliation.Billed(
        number: number, charged: Fen(charge.amount.count * Int64(charge.times)),
        refunded: charge.refunds.values.reduce(.zero, +), charges: charge.times)
    }
  }

  // MARK: PaymentPlatform

  let terms: PlatformTerms

  func credential(for terminal: TerminalID, rawData: String) async throws -> PlatformCredential {
    PlatformCredential(platform: id, text: "authinfo", merchant: ["sp_mchid": "1", "sub_mchid": "2"])
  }

  func standing(of user: OutUserID) async throws -> FaceUserStanding? {
    state.withLock { state in
      state.accounts[user].map {
        FaceUserStanding(platformUserID: user.text, bar: $0.contractEnded ? .contractEnded : nil)
      }
    }
  }

  func request(for order: Order, at till: SellingTill) throws(UnsendableRequest) -> PlatformRequest {
    guard let user = order.means.facePayment?.user.outUserID else {
      throw UnsendableRequest(reason: "no face")
    }
    return PlatformRequest(
      body: Data("\(order.outTradeNumber) \(user) \(order.toCollect.count) \(till.id)".utf8))
  }

  func deduct(_ order: Order, by request: PlatformRequest) async -> Deduction {
    guard let user = order.means.facePayment?.user.outUserID else {
      return .notCharged(.forGood, reason: "no face")
    }
    guard order.toCollect <= terms.orderCeiling else { return .notCharged(.overLimit, reason: "too much") }
    remember(request, under: order.outTradeNumber.text)
    return await charge(order, of: user)
  }

  private static let deductionAnswers = Answers(
    unknown: Deduction.unknown(reason: "timeout"),
    busy: .heldUp(Standstill(.busy(retryAfter: nil), reason: "busy")),
    merchantRefused: .heldUp(Standstill(.merchant, reason: "no permission")), stale: nil)
  private static let queryAnswers = Answers(
    unknown: Deduction.unknown(reason: "timeout"),
    busy: .heldUp(Standstill(.busy(retryAfter: nil), reason: "busy")),
    merchantRefused: .unknown(reason: "no permission"), stale: .notCharged(.notFound, reason: "no order"))
  private static let refundAnswers = Answers(
    unknown: RefundOutcome.unknown(reason: "timeout"),
    busy: .heldUp(Standstill(.busy(retryAfter: nil), reason: "busy")),
    merchantRefused: .heldUp(Standstill(.merchant, reason: "no permission")), stale: nil)
  private static let refundQueryAnswers = Answers(
    unknown: RefundOutcome.unknown(reason: "timeout"),
    busy: .heldUp(Standstill(.busy(retryAfter: nil), reason: "busy")),
    merchantRefused: .unknown(reason: "no permission"), stale: .notRefunded(.notFound, reason: "no refund"))

  /// Whoever shows a code has money.
  func collect(_ order: Order, with code: PaymentCode, at terminal: TerminalID) async -> Deduction {
    await inCall(Self.deductionAnswers) { [now = clock.now] state in
      let number = order.outTradeNumber.text
      if state.charges[number] == nil {
        state.charges[number] = Charge(user: nil, amount: order.toCollect, at: now)
      }
      return .charged(transactionID: "T-\(number)", advanced: false)
    }
  }

  private func charge(_ order: Order, of user: OutUserID) async -> Deduction {
    let number = order.outTradeNumber.text
    return await inCall(Self.deductionAnswers) { [clock] state in
      if let known = state.charges[number] {
        // "The credential was used": true, and no word about the money.
        if state.isStrange, state.random.chance(0.5) {
          state.troubles["refused_after_the_fact", default: 0] += 1
          return .notCharged(.forGood, reason: "the credential was used")
        }
        return .charged(transactionID: "T-\(number)", advanced: known.advanced)
      }
      guard var account = state.accounts[user], !account.contractEnded else {
        return .notCharged(.forGood, reason: "no contract")
      }
      var advanced = false
      if account.balance >= order.toCollect {
        account.balance = account.balance - order.toCollect
      } else if account.advances < Self.advancesPerUser {
        account.advances += 1
        advanced = true
      } else {
        return .notCharged(.insufficientFunds, reason: "no money")
      }
      state.accounts[user] = account
      state.charges[number] = Charge(user: user, amount: order.toCollect, advanced: advanced, at: clock.now)
      return .charged(transactionID: "T-\(number)", advanced: advanced)
    }
  }

  /// I2: whatever is sent again under a number is the same.
  private func remember(_ request: PlatformRequest, under number: String) {
    state.withLock { state in
      if state.requests[number, default: request] != request { state.altered.insert(number) }
      state.requests[number] = state.requests[number] ?? request
    }
  }

  func cancel(_ number: OutTradeNumber) async -> Cancellation { .notOffered }

  func query(_ order: SentOrder) async -> Deduction {
    await inCall(
      Self.queryAnswers, changedAt: { $0.charges[order.number.text]?.at }
    ) { state in
      guard let charge = state.charges[order.number.text] else {
        return .notCharged(.notFound, reason: "no order")
      }
      guard charge.amount == order.amount else { return .unknown(reason: "another amount") }
      return .charged(transactionID: "T-\(order.number)", advanced: charge.advanced)
    }
  }

  func request(for refund: Refund, of order: SentOrder) throws(UnsendableRequest) -> PlatformRequest {
    PlatformRequest(
      body: Data("\(refund.outRefundNumber) \(refund.outTradeNumber) \(refund.amount.count)".utf8))
  }

  func refund(_ sent: SentRefund, by request: PlatformRequest) async -> RefundOutcome {
    let refund = sent.refund
    let (number, refundNumber) = (refund.outTradeNumber.text, refund.outRefundNumber.text)
    remember(request, under: refundNumber)
    return await inCall(Self.refundAnswers) { [clock] state in
      guard var charge = state.charges[number] else { return .notRefunded(.forGood, reason: "no order") }
      if charge.refunds[refundNumber] != nil {
        if state.isStrange, state.random.chance(0.5) {
          state.troubles["refused_after_the_fact", default: 0] += 1
          return .notRefunded(.forGood, reason: "refunded in full")
        }
        return .refunded(refundID: "F-\(refundNumber)")
      }
      let sum = charge.refunds.values.reduce(refund.amount, +)
      guard sum <= charge.amount else { return .notRefunded(.forGood, reason: "too much") }
      charge.refunds[refundNumber] = refund.amount
      charge.refundedAt[refundNumber] = clock.now
      state.charges[number] = charge
      return .refunded(refundID: "F-\(refundNumber)")
    }
  }

  func queryRefund(_ sent: SentRefund) async -> RefundOutcome {
    let (number, refundNumber) = (sent.refund.outTradeNumber.text, sent.refund.outRefundNumber.text)
    return await inCall(
      Self.refundQueryAnswers, changedAt: { $0.charges[number]?.refundedAt[refundNumber] }
    ) { state in
      guard let amount = state.charges[number]?.refunds[refundNumber] else {
        return .notRefunded(.notFound, reason: "no refund")
      }
      guard amount == sent.refund.amount else { return .unknown(reason: "another amount") }
      return .refunded(refundID: "F-\(refundNumber)")
    }
  }

  /// Everything so far: a lunch has one day.
  func bill(of day: SchoolDay) async throws -> PlatformBill {
    PlatformBill(
      charges.sorted { $0.key < $1.key }.flatMap { number, charge in
        [BilledLine(platform: id, outTradeNumber: number, charged: charge.amount, refunded: .zero)]
          + charge.refunds.sorted { $0.key < $1.key }.map {
            BilledLine(platform: id, outTradeNumber: number, charged: .zero, refunded: $0.value)
          }
      })
  }

  func event(from headers: [String: String], body: Data) throws(EventRefusal) -> PlatformEvent {
    throw .unverified("nobody sends notifications here")
  }

  /// One call, which takes its time there and back: it may be refused for now, get lost before or after anything
  /// happened, happen later, or be answered from an old copy; and the gateway may die in the middle of it.
  ///
  /// - Parameter changedAt: when what is asked about last changed; until a while after it a stale answer is possible.
  private func inCall<Answer: Sendable>(
    _ answers: Answers<Answer>, changedAt: @Sendable (State) -> MonotonicInstant? = { _ in nil },
    _ work: @escaping @Sendable (inout State) -> Answer
  ) async -> Answer {
    await travel()
    let now = clock.now
    let (answer, isAwaited, kill) = state.withLock { state -> (Answer, Bool, (@Sendable () -> Void)?) in
      Self.catchUp(&state, until: now)
      let kill = state.inTheMiddle
      state.inTheMiddle = nil
      if let afterwards = state.nextFailsAfterwards {
        state.nextFailsAfterwards = nil
        if afterwards { _ = work(&state) }
        return (answers.unknown, false, kill)
      }
      guard state.isTroubled || state.isStrange else { return (work(&state), true, kill) }
      var treatment = Self.draw(
        &state.random, isQuestion: answers.stale != nil, isStrange: state.isStrange)
      if treatment == .staleAnswer {
        // Only what changed a moment ago can be unknown to a copy.
        let isFresh =
          changedAt(state).map { $0.duration(to: now) <= .seconds(Self.longestStaleness) } ?? false
        if !isFresh { treatment = .fair }
      }
      if treatment != .fair { state.troubles[treatment.rawValue, default: 0] += 1 }
      switch treatment {
      case .fair: return (work(&state), true, kill)
      case .busy: return (answers.busy, true, kill)
      case .merchantRefused: return (answers.merchantRefused, true, kill)
      case .lostRequest: return (answers.unknown, false, kill)
      case .lostAnswer:
        _ = work(&state)
        return (answers.unknown, false, kill)
      case .lateRequest:
        let delay = state.random.pick(1...Self.longestDelay)
        state.late.append((now.advanced(by: .seconds(delay)), { _ = work(&$0) }))
        return (answers.unknown, false, kill)
      case .staleAnswer: return (answers.stale ?? answers.unknown, true, kill)
      }
    }
    kill?()
    if isAwaited { await travel() } else { await stand?.wait(Self.timeout) }
    return answer
  }

  /// One way through the network.
  private func travel() async {
    guard let stand else { return }
    await stand.wait(state.withLock { .milliseconds($0.random.pick(20...1_500)) })
  }
}

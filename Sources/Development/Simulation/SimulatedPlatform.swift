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
    /// Times the money was taken under this number: more than one is the fault the whole project exists to avoid.
    var times = 1
    var advanced = false
  }

  private struct State {
    var accounts: [OutUserID: Account] = [:]
    var charges: [String: Charge] = [:]
    var random: SeededRandom
    var isTroubled: Bool
    var calls = 0
    /// The next call fails, before or after anything happened.
    var nextFailsAfterwards: Bool?
    /// Called in the middle of a call: the gateway may be killed there.
    var inTheMiddle: (@Sendable () -> Void)?
  }

  private static let advancesPerUser = 3

  private let state: Mutex<State>

  init(seed: UInt64, isTroubled: Bool) {
    state = Mutex(State(random: SeededRandom(seed: seed, stream: "platform"), isTroubled: isTroubled))
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
      $0.inTheMiddle = nil
    }
  }

  func inTheMiddleOfTheNextCall(_ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.inTheMiddle = action }
  }

  /// - Parameter afterwards: the call does what it should, and its answer is lost.
  func failNextCall(afterwards: Bool) { state.withLock { $0.nextFailsAfterwards = afterwards } }

  var charges: [String: Charge] { state.withLock { $0.charges } }

  var billed: [Reconciliation.Billed] {
    charges.sorted { $0.key < $1.key }.map { number, charge in
      Reconciliation.Billed(
        number: number, charged: Fen(charge.amount.count * Int64(charge.times)),
        refunded: charge.refunds.values.reduce(.zero, +), charges: charge.times)
    }
  }

  // MARK: PaymentPlatform

  let terms = {
    var terms = PlatformTerms.unnamed
    terms.paymentCodes = PaymentCodeForm(leastDigits: 18, mostDigits: 18, prefixes: ["13"])
    return terms
  }()

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
    return charge(order, of: user)
  }

  /// Whoever shows a code has money.
  func collect(_ order: Order, with code: PaymentCode, at terminal: TerminalID) async -> Deduction {
    inCall(unknown: Deduction.unknown(reason: "timeout"), busy: .notCharged(.tryLater, reason: "busy")) {
      state in
      let number = order.outTradeNumber.text
      if state.charges[number] == nil {
        state.charges[number] = Charge(user: nil, amount: order.toCollect)
      }
      return .charged(transactionID: "T-\(number)", advanced: false)
    }
  }

  private func charge(_ order: Order, of user: OutUserID) -> Deduction {
    inCall(unknown: Deduction.unknown(reason: "timeout"), busy: .notCharged(.tryLater, reason: "busy")) {
      state in
      let number = order.outTradeNumber.text
      if let known = state.charges[number] {
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
      state.charges[number] = Charge(user: user, amount: order.toCollect, advanced: advanced)
      return .charged(transactionID: "T-\(number)", advanced: advanced)
    }
  }

  func cancel(_ number: OutTradeNumber) async -> Cancellation { .notOffered }

  func query(_ order: SentOrder) async -> Deduction {
    inCall(unknown: Deduction.unknown(reason: "timeout"), busy: .notCharged(.tryLater, reason: "busy")) {
      state in
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
    return
      inCall(unknown: RefundOutcome.unknown(reason: "timeout"), busy: .notRefunded(.tryLater, reason: "busy"))
    {
      state in
      let number = refund.outTradeNumber.text
      guard var charge = state.charges[number] else { return .notRefunded(.forGood, reason: "no order") }
      if charge.refunds[refund.outRefundNumber.text] == nil {
        let sum = charge.refunds.values.reduce(refund.amount, +)
        guard sum <= charge.amount else { return .notRefunded(.forGood, reason: "too much") }
        charge.refunds[refund.outRefundNumber.text] = refund.amount
        state.charges[number] = charge
      }
      return .refunded(refundID: "F-\(refund.outRefundNumber)")
    }
  }

  func queryRefund(_ sent: SentRefund) async -> RefundOutcome {
    let number = sent.refund.outRefundNumber
    return
      inCall(unknown: RefundOutcome.unknown(reason: "timeout"), busy: .notRefunded(.tryLater, reason: "busy"))
    {
      state in
      guard let amount = state.charges[sent.refund.outTradeNumber.text]?.refunds[number.text] else {
        return .notRefunded(.notFound, reason: "no refund")
      }
      guard amount == sent.refund.amount else { return .unknown(reason: "another amount") }
      return .refunded(refundID: "F-\(number)")
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

  /// One call: it may be refused for now, fail before anything happened, or fail after everything did; and the
  /// gateway may die in the middle of it.
  private func inCall<Answer: Sendable>(unknown: Answer, busy: Answer, _ work: (inout State) -> Answer)
    -> Answer
  {
    let (answer, kill) = state.withLock { state -> (Answer, (@Sendable () -> Void)?) in
      let kill = state.inTheMiddle
      state.inTheMiddle = nil
      if let afterwards = state.nextFailsAfterwards {
        state.nextFailsAfterwards = nil
        if afterwards { _ = work(&state) }
        return (unknown, kill)
      }
      guard state.isTroubled else { return (work(&state), kill) }
      let (isBusy, failsBefore, failsAfter) = (
        state.random.chance(0.04), state.random.chance(0.05), state.random.chance(0.06)
      )
      if isBusy { return (busy, kill) }
      if failsBefore { return (unknown, kill) }
      let answer = work(&state)
      return (failsAfter ? unknown : answer, kill)
    }
    kill?()
    return answer
  }
}

import CanteenCore
import Foundation
import GatewayProtocol
import PaymentPlatform
import Synchronization

@testable import Gateway

/// A platform that answers as a test wrote down, and remembers what it was asked.
final class ScriptedPlatform: PaymentPlatform, Sendable {
  private struct State {
    var deductions: [Deduction]
    var queries: [Deduction]
    var refunds: [RefundOutcome] = []
    var refundQueries: [RefundOutcome] = []
    var calls: [String] = []
    var requests: [PlatformRequest] = []
    var school = "school"
    var makesNoRequests = false
    var bills: [SchoolDay: PlatformBill?] = [:]
    var signed: Set<OutUserID> = []
    var barred: [OutUserID: UserBar] = [:]
    var unanswered: Set<OutUserID> = []
    var duringNextDeduction: (@Sendable () async throws -> Void)?
    var duringNextStanding: (@Sendable () async throws -> Void)?
  }

  private let state: Mutex<State>
  /// Whether everybody has a signed contract, or nobody.
  private let mayPay: Bool

  init(
    deductions: [Deduction], queries: [Deduction] = [], refunds: [RefundOutcome] = [],
    refundQueries: [RefundOutcome] = [], mayPay: Bool = false, terms: PlatformTerms = .unnamed,
    isAway: Bool = false
  ) {
    self.terms = terms
    self.isAway = isAway
    self.mayPay = mayPay
    state = Mutex(
      State(deductions: deductions, queries: queries, refunds: refunds, refundQueries: refundQueries))
  }

  var calls: [String] { state.withLock { $0.calls } }

  let terms: PlatformTerms
  /// Gives no credentials.
  private let isAway: Bool

  func credential(for terminal: TerminalID, rawData: String) async throws -> PlatformCredential {
    struct Away: Error {}
    if isAway { throw Away() }
    return PlatformCredential(platform: id, text: "credential of \(id)", merchant: [:])
  }

  func cancel(_ number: OutTradeNumber) async -> Cancellation { .notOffered }

  func event(from headers: [String: String], body: Data) throws(EventRefusal) -> PlatformEvent {
    throw .unverified("nobody sends notifications here")
  }

  /// Happens while the platform works on the next deduction, before it answers.
  func duringNextDeduction(_ work: @escaping @Sendable () async throws -> Void) {
    state.withLock { $0.duringNextDeduction = work }
  }

  /// Happens while the platform looks up the next user.
  func duringNextStanding(_ work: @escaping @Sendable () async throws -> Void) {
    state.withLock { $0.duringNextStanding = work }
  }

  /// Questions about this user are not answered.
  func keepSilent(about user: OutUserID) { state.withLock { _ = $0.unanswered.insert(user) } }

  func bar(_ user: OutUserID, _ bar: UserBar?) { state.withLock { $0.barred[user] = bar } }

  func sign(_ user: OutUserID) { state.withLock { _ = $0.signed.insert(user) } }

  func standing(of user: OutUserID) async throws -> FaceUserStanding? {
    struct Silent: Error {}
    let meanwhile = state.withLock { state in
      defer { state.duringNextStanding = nil }
      return state.duringNextStanding
    }
    try await meanwhile?()
    let (hasSigned, bar) = try state.withLock { state in
      state.calls.append("standing \(user)")
      if state.unanswered.contains(user) { throw Silent() }
      return (state.signed.contains(user), state.barred[user])
    }
    return mayPay || hasSigned ? FaceUserStanding(platformUserID: "P-\(user)", bar: bar) : nil
  }

  /// The bytes that were sent for each order, in their order.
  var requests: [PlatformRequest] { state.withLock { $0.requests } }

  func refuseToMakeRequests() { state.withLock { $0.makesNoRequests = true } }

  /// What becomes part of every request that is made from now on, as a setting would.
  func callSchool(_ name: String) { state.withLock { $0.school = name } }

  func request(for order: Order, at till: SellingTill) throws(UnsendableRequest) -> PlatformRequest {
    let (school, makesNone) = state.withLock { ($0.school, $0.makesNoRequests) }
    if makesNone { throw UnsendableRequest(reason: "no request can be made") }
    return PlatformRequest(
      body: Data("\(order.outTradeNumber) \(school) \(till.address ?? "nowhere")".utf8))
  }

  func request(for refund: Refund, of order: SentOrder) throws(UnsendableRequest) -> PlatformRequest {
    let school = state.withLock(\.school)
    return PlatformRequest(body: Data("\(refund.outRefundNumber) \(school)".utf8))
  }

  func deduct(_ order: Order, by request: PlatformRequest) async -> Deduction {
    state.withLock { $0.requests.append(request) }
    return await answerDeduction(of: order)
  }

  func answerDeduction(of order: Order) async -> Deduction {
    let meanwhile = state.withLock { state in
      defer { state.duringNextDeduction = nil }
      return state.duringNextDeduction
    }
    try? await meanwhile?()
    return state.withLock { state in
      state.calls.append("deduct \(order.outTradeNumber)")
      return state.deductions.isEmpty ? .unknown(reason: "script is over") : state.deductions.removeFirst()
    }
  }

  func refund(_ sent: SentRefund, by request: PlatformRequest) async -> RefundOutcome {
    state.withLock { state in
      state.requests.append(request)
      state.calls.append("refund \(sent.refund.outRefundNumber) \(sent.refund.amount.count)")
      return state.refunds.isEmpty ? .unknown(reason: "script is over") : state.refunds.removeFirst()
    }
  }

  func queryRefund(_ sent: SentRefund) async -> RefundOutcome {
    state.withLock { state in
      state.calls.append("query refund \(sent.refund.outRefundNumber)")
      return state.refundQueries.isEmpty
        ? .unknown(reason: "script is over") : state.refundQueries.removeFirst()
    }
  }

  /// What the bill of a day says from now on; nil for none yet.
  func setBill(of day: SchoolDay, _ bill: PlatformBill?) { state.withLock { $0.bills[day] = .some(bill) } }

  func bill(of day: SchoolDay) async throws -> PlatformBill {
    guard let bill = state.withLock({ $0.bills[day] ?? PlatformBill([]) }) else {
      throw BillUnavailable(reason: "it is made tomorrow")
    }
    return bill
  }

  func query(_ order: SentOrder) async -> Deduction {
    state.withLock { state in
      state.calls.append("query \(order.number)")
      return state.queries.isEmpty ? .unknown(reason: "script is over") : state.queries.removeFirst()
    }
  }
}

/// The same, of a school whose platform takes payment codes; a code is answered as a deduction.
struct ScriptedCodePlatform: OffersPaymentCode {
  let script: ScriptedPlatform

  var terms: PlatformTerms { script.terms }

  func collect(_ order: Order, with code: PaymentCode, at terminal: TerminalID) async -> Deduction {
    await script.answerDeduction(of: order)
  }

  func credential(for terminal: TerminalID, rawData: String) async throws -> PlatformCredential {
    try await script.credential(for: terminal, rawData: rawData)
  }
  func standing(of user: OutUserID) async throws -> FaceUserStanding? { try await script.standing(of: user) }
  func request(for order: Order, at till: SellingTill) throws(UnsendableRequest) -> PlatformRequest {
    try script.request(for: order, at: till)
  }
  func request(for refund: Refund, of order: SentOrder) throws(UnsendableRequest) -> PlatformRequest {
    try script.request(for: refund, of: order)
  }
  func deduct(_ order: Order, by request: PlatformRequest) async -> Deduction {
    await script.deduct(order, by: request)
  }
  func query(_ order: SentOrder) async -> Deduction { await script.query(order) }
  func cancel(_ number: OutTradeNumber) async -> Cancellation { await script.cancel(number) }
  func refund(_ sent: SentRefund, by request: PlatformRequest) async -> RefundOutcome {
    await script.refund(sent, by: request)
  }
  func queryRefund(_ sent: SentRefund) async -> RefundOutcome { await script.queryRefund(sent) }
  func bill(of day: SchoolDay) async throws -> PlatformBill { try await script.bill(of: day) }
  func event(from headers: [String: String], body: Data) throws(EventRefusal) -> PlatformEvent {
    try script.event(from: headers, body: body)
  }
}

package import CanteenCore
package import GatewayProtocol
package import GatewayStore
import HTTPService
import HTTPTypes
package import Logging
package import PaymentPlatform

/// Has payment codes charged for tills, each number once.
package struct CodePayments: Sendable {
  let store: any OrderStore
  let platforms: SchoolPlatforms
  let wallClock: any WallClock
  let logger: Logger

  package init(
    store: any OrderStore, platforms: SchoolPlatforms, wallClock: any WallClock, logger: Logger
  ) {
    self.store = store
    self.platforms = platforms
    self.wallClock = wallClock
    self.logger = logger
  }

  /// - Throws: ``HTTPRefusal`` when nothing was and nothing will be charged.
  package func collect(_ request: CodePaymentRequest, for terminal: TerminalID) async throws
    -> CodePaymentAnswer
  {
    guard platforms.takePaymentCodes else {
      throw HTTPRefusal(
        .conflict, code: .paymentCodesNotOffered,
        "No payment platform of this school takes payment codes; use the face, or take the money by hand.")
    }
    let order = request.order
    guard case .paymentCode(let receipt) = order.means.collection, order.flaw == nil,
      let code = PaymentCode(request.code), let platform = platforms.taking(code),
      receipt.platform == nil || receipt.platform == platform.id,
      order.toCollect > .zero, order.toCollect <= platform.terms.orderCeiling
    else {
      throw HTTPRefusal(
        .unprocessableContent, code: .badPaymentCode,
        "This cannot be collected by a payment code; check the amount and the code.")
    }
    let (number, now) = (order.outTradeNumber, wallClock.now())
    let began = CodePayment(
      terminal: terminal, platform: platform.id, toCollect: order.toCollect, askedAt: now,
      outcome: .unclear(reason: "the platform is being asked"))
    if let earlier = try await store.begin(began, for: number) {
      guard earlier.terminal == terminal, earlier.toCollect == order.toCollect else {
        throw HTTPRefusal(
          .conflict, code: .badPaymentCode, "This order number was used for another payment code.")
      }
      return try await known(earlier, number)
    }
    switch await platform.collect(order, with: code, at: terminal) {
    case .charged(let transactionID, _):
      return try await decided(.charged(transactionID: transactionID), number)
    // The only call that was ever made under this number took nothing.
    case .notCharged(_, let reason): return try await decided(.notCharged(reason: reason), number)
    case .heldUp(let standstill):
      return try await decided(.notCharged(reason: standstill.reason), number)
    case .unknown(let reason): return try await decided(.unclear(reason: reason), number)
    }
  }

  /// What became of a code. Asking about a number that was never shown closes it: a code that arrives
  /// afterwards is not charged.
  package func outcome(of number: OutTradeNumber, for terminal: TerminalID) async throws -> CodePaymentAnswer
  {
    let closed = CodePayment(
      terminal: terminal, platform: platforms.first.id, toCollect: .zero, askedAt: wallClock.now(),
      outcome: .notCharged(reason: "the code never reached the gateway"))
    guard let known = try await store.begin(closed, for: number) else {
      return CodePaymentAnswer(closed.outcome)
    }
    guard known.terminal == terminal else {
      throw HTTPRefusal(
        .notFound, code: .unknownPaymentCode, "This till showed no payment code under \(number).")
    }
    return try await self.known(known, number)
  }

  private func known(_ payment: CodePayment, _ number: OutTradeNumber) async throws -> CodePaymentAnswer {
    guard case .unclear = payment.outcome else { return CodePaymentAnswer(payment.outcome) }
    guard let platform = platforms[payment.platform] else {
      return CodePaymentAnswer(.unclear(reason: "\(payment.platform) is not set up here"))
    }
    switch await platform.query(SentOrder(number, amount: payment.toCollect)) {
    case .charged(let transactionID, _):
      return try await decided(.charged(transactionID: transactionID), number)
    // Earlier than that, the call that shows the code may still be under way.
    case .notCharged(.notFound, let reason) where isQuiet(payment):
      return try await decided(.notCharged(reason: reason), number)
    case .notCharged(.tryLater, let reason), .notCharged(.notFound, let reason), .unknown(let reason):
      return try await decided(.unclear(reason: reason), number)
    case .heldUp(let standstill): return try await decided(.unclear(reason: standstill.reason), number)
    case .notCharged(_, let reason): return try await decided(.notCharged(reason: reason), number)
    }
  }

  private func isQuiet(_ payment: CodePayment) -> Bool {
    payment.askedAt.duration(to: wallClock.now()) >= Settlement.longestCodeCall
  }

  private func decided(_ outcome: CodeOutcome, _ number: OutTradeNumber) async throws -> CodePaymentAnswer {
    if case .unclear(let reason) = outcome {
      logger.notice("A payment code is unclear", metadata: ["order": "\(number)", "reason": "\(reason)"])
    } else {
      try await store.decide(outcome, for: number)
    }
    return CodePaymentAnswer(outcome)
  }
}

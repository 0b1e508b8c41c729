import CanteenCore
import GatewayStore
import Logging
import PaymentPlatform

/// Giving money back.
extension SettlementScheduler {
  private static let betweenLooksAtTheOrder: Duration = .seconds(30)

  func settle(_ due: RefundRecord, of order: OrderRecord, _ claim: Claim) async throws {
    let number = due.number
    guard order.state.isCharged || due.settlement.isInDoubt else {
      guard order.state.isFinal else { return try await postpone(due, Self.betweenLooksAtTheOrder, claim) }
      return try await fail(due, "nothing was taken for this order", claim)
    }
    guard let platform = platforms[due.platform] else {
      logger.error(
        "A refund's platform is not set up here",
        metadata: ["refund": "\(number)", "platform": "\(due.platform)"])
      return try await postpone(due, .seconds(60), claim)
    }
    let request: PlatformRequest
    do throws(UnsendableRequest) {
      request = try platform.request(for: due.refund, of: order.sent)
    } catch {
      return try await fail(due, error.reason, claim)
    }
    let (began, rules) = (wallClock.now(), rules(of: due.platform))
    guard
      let (call, sent) = try await store.amend(
        [order.number], { $0.begin(number, request: request, at: began, under: rules) })
    else { return try await postpone(due, .seconds(60), claim) }
    let refund = SentRefund(due.refund, charged: order.toCollect, request: sent)
    let answer =
      switch call {
      case .refund: await platform.refund(refund, by: sent)
      case .query: await platform.queryRefund(refund)
      }
    hear(answer.standstill, from: due.platform, about: number.text)
    let now = wallClock.now()
    let outcome = try await store.amend([order.number], ending: claim) {
      $0.receive(answer, to: call, about: number, at: now, under: rules)
    }
    follow(outcome, answer, of: due)
  }

  private func follow(_ outcome: RefundSettlement.Outcome, _ answer: RefundOutcome, of due: RefundRecord) {
    switch outcome {
    case .waits:
      if case .notRefunded(_, let reason) = answer {
        logger.notice(
          "A refund waits for its platform", metadata: ["refund": "\(due.number)", "reason": "\(reason)"])
      }
    case .abnormal:
      logger.error(
        "A refund is stuck: choose another way for the money on the platform's merchant pages",
        metadata: ["refund": "\(due.number)", "order": "\(due.refund.outTradeNumber)"])
    case .refunded, .failed: tellTills()
    }
  }

  private func fail(_ due: RefundRecord, _ reason: String, _ claim: Claim) async throws {
    let now = wallClock.now()
    try await store.amend([due.refund.outTradeNumber], ending: claim) {
      $0.fail(due.number, because: reason, at: now)
    }
    tellTills()
  }

  private func postpone(_ due: RefundRecord, _ time: Duration, _ claim: Claim) async throws {
    let later = wallClock.now().advanced(by: time)
    try await store.amend([due.refund.outTradeNumber], ending: claim) {
      $0.postpone(due.number, until: later)
    }
  }
}

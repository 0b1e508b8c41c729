import CanteenCore
import GatewayStore
import Logging
import PaymentPlatform

/// Giving money back.
extension SettlementScheduler {
  private static let betweenLooksAtTheOrder: ClosedRange<Duration> = .seconds(30) ... .seconds(600)

  func settle(_ due: RefundRecord, of order: OrderRecord, _ claim: Claim) async throws {
    let number = due.number
    guard order.state.isFinal else { return try await postpone(due, waitForItsOrder(order), claim) }
    guard order.state.isCharged || due.settlement.isInDoubt else {
      return try await fail(due, "nothing was taken for this order", claim)
    }
    guard let platform = platforms[due.platform] else {
      logger.error(
        "A refund's platform is not set up here",
        metadata: ["refund": "\(number)", "platform": "\(due.platform)"])
      return try await postpone(due, .seconds(60), claim)
    }
    var (request, flaw): (PlatformRequest?, String) = (nil, "")
    do throws(UnsendableRequest) {
      request = try platform.request(for: due.refund, of: order.sent)
    } catch {
      flaw = error.reason
    }
    let (began, rules, made) = (wallClock.now(), rules(of: due.platform), request)
    let begun = try await store.amend(
      [order.number], { $0.begin(number, request: made, at: began, under: rules) })
    let (call, answer): (RefundSettlement.Call, RefundOutcome)
    switch begun {
    case .call(.refund, let sent?):
      let refund = SentRefund(due.refund, charged: order.toCollect, request: sent)
      (call, answer) = (.refund, await platform.refund(refund, by: sent))
      hear(answer.laneWord(after: .refund), from: due.platform, about: number.text)
    case .call(_, let sent):
      let refund = SentRefund(due.refund, charged: order.toCollect, request: sent)
      (call, answer) = (.query, await platform.queryRefund(refund))
      hear(answer.laneWord(after: .query), from: due.platform, about: number.text)
    case .unsendable(isInDoubt: false): return try await fail(due, flaw, claim)
    case .unsendable(isInDoubt: true), .nothing: return try await postpone(due, .seconds(60), claim)
    }
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

  /// An order whose deduction is delayed ends in hours, and may be voided before.
  private func waitForItsOrder(_ order: OrderRecord) -> Duration {
    let range = Self.betweenLooksAtTheOrder
    let wait = order.settlement.dueAt.map { wallClock.now().duration(to: $0) } ?? range.lowerBound
    return min(max(wait, range.lowerBound), range.upperBound)
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

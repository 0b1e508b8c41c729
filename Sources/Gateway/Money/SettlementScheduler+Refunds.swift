import CanteenCore
import GatewayStore
import Logging
import PaymentPlatform

/// Giving money back.
extension SettlementScheduler {
  func settle(_ due: RefundRecord, of order: OrderRecord, _ claim: Claim) async throws {
    let number = due.number
    guard order.state.isCharged || due.outcomeIsUnknown else {
      guard order.state.isFinal else {
        let later = wallClock.now().advanced(by: .seconds(30))
        try await store.amend([order.number], ending: claim) { $0.waitForOrder(number, until: later) }
        return
      }
      return try await finish(due, claim, as: .failed, reason: "nothing was taken for this order")
    }
    guard let platform = platforms[due.platform] else {
      logger.error(
        "A refund's platform is not set up here",
        metadata: ["refund": "\(number)", "platform": "\(due.platform)"])
      return try await postpone(
        due, claim, Self.refusedForNow, outcomeIsUnknown: due.outcomeIsUnknown)
    }
    if due.outcomeIsUnknown {
      let answer = await platform.queryRefund(number)
      guard case .notRefunded(.notFound, _) = answer else {
        return try await conclude(due, claim, with: answer)
      }
    }
    guard try await store.amend([order.number], { $0.willSend(number) }) else {
      let now = wallClock.now()
      return try await store.amend([order.number], ending: claim) { $0.rest(number, at: now) }
    }
    try await conclude(due, claim, with: platform.refund(due.refund, charged: order.toCollect))
  }

  private func conclude(_ due: RefundRecord, _ claim: Claim, with answer: RefundOutcome) async throws {
    switch answer {
    case .refunded(let refundID):
      try await finish(due, claim, as: .refunded, refundID: refundID)
    case .notRefunded(.forGood, let reason):
      try await finish(due, claim, as: .failed, reason: reason)
    case .notRefunded(.tryLater, let reason):
      logger.notice(
        "The platform asks to wait", metadata: ["refund": "\(due.number)", "reason": "\(reason)"])
      try await postpone(due, claim, Self.refusedForNow)
    case .processing, .notRefunded(.notFound, _), .unknown:
      try await postpone(due, claim, Self.unclear)
    }
  }

  private func postpone(
    _ due: RefundRecord, _ claim: Claim, _ schedule: RetrySchedule, outcomeIsUnknown: Bool = true
  ) async throws {
    let (now, retryAt) = (wallClock.now(), nextTry(after: due.patience, schedule))
    try await store.amend([due.refund.outTradeNumber], ending: claim) { book in
      book.postpone(due.number, until: retryAt, outcomeIsUnknown: outcomeIsUnknown, at: now)
    }
  }

  private func finish(
    _ due: RefundRecord, _ claim: Claim, as state: RefundState, refundID: String? = nil,
    reason: String? = nil
  ) async throws {
    let now = wallClock.now()
    try await store.amend([due.refund.outTradeNumber], ending: claim) { book in
      book.conclude(due.number, as: state, refundID: refundID, reason: reason, at: now)
    }
    tellTills()
  }
}

import CanteenCore
import GatewayProtocol
import GatewayStore

/// What becomes of an order while its money is taken.
extension OrderBook {
  /// Before the platform is called: should this process die now, the outcome is unknown.
  ///
  /// - Returns: false when staff voided the order meanwhile, which ends it, or it is concluded; then nothing may be sent.
  mutating func willSend(_ number: OutTradeNumber, on day: SchoolDay, at now: Timestamp) -> Bool {
    guard var record = order(number), record.isOpen else { return false }
    if let reason = record.voidRequested {
      if !record.outcomeIsUnknown { end(record, voidedBecause: reason, at: now) }
      return false
    }
    record.outcomeIsUnknown = true
    record.attempts += 1
    record.attemptsOfDay = record.attemptsOfDay.adding(on: day)
    write(record)
    return true
  }

  /// An answer decided nothing; somebody looks again at `time`: asks first when the outcome is unknown, else sends the
  /// same order once more.
  mutating func postpone(
    _ number: OutTradeNumber, until time: Timestamp, outcomeIsUnknown: Bool, at now: Timestamp
  ) {
    guard var record = order(number), record.isOpen else { return }
    record.outcomeIsUnknown = outcomeIsUnknown
    record.dueAt = time
    record.patience = record.patience.tried(at: now, isUnclear: outcomeIsUnknown)
    write(record)
    // Asked for while the platform was called: nothing is sent any more, so that nothing has to be waited for.
    if !outcomeIsUnknown, let reason = record.voidRequested { end(record, voidedBecause: reason, at: now) }
  }

  /// Nothing could be done about it although it was due. Left as it is it would come back at once, for ever.
  mutating func rest(_ number: OutTradeNumber, at now: Timestamp) {
    guard var record = order(number), let due = record.dueAt, due <= now else { return }
    record.dueAt = now.advanced(by: Self.restingTime)
    write(record)
  }

  private static let restingTime: Duration = .seconds(60)

  /// The till that sold it hears of it, as of everything the gateway decides.
  private mutating func end(_ record: OrderRecord, voidedBecause reason: String, at now: Timestamp) {
    undo(record, because: reason, at: now)
    tell(
      .orderResult(
        OrderResult(
          outTradeNumber: record.number, state: .voided, transactionID: nil, reason: reason, at: now)),
      to: record.terminal)
  }

  /// What the platform decided.
  ///
  /// A void that was asked for meanwhile is kept: what was taken is given back, what was not is void.
  ///
  /// - Parameter retryAt: when to try again, for a delayed deduction.
  mutating func conclude(_ result: OrderResult, retryAt: Timestamp?) {
    guard let before = order(result.outTradeNumber),
      before.state.canBecome(result.state) || before.state == result.state
    else { return }
    let void = before.voidRequested
    let isVoid = void != nil && !result.state.isCharged
    var record = before
    record.state = isVoid ? .voided : result.state
    record.transactionID = isVoid ? nil : result.transactionID
    record.reason = isVoid ? void : result.reason
    record.dueAt = isVoid ? nil : retryAt
    record.outcomeIsUnknown = false
    record.patience = .fresh
    record.concludedAt = result.at
    write(record)
    if before.state != record.state {
      tell(
        .orderResult(
          OrderResult(
            outTradeNumber: record.number, state: record.state, transactionID: record.transactionID,
            reason: record.reason, at: result.at)), to: record.terminal)
    }
    if before.state.stands != record.state.stands {
      tellSpending(of: record, toTillsBut: record.terminal)
    }
    if let void, result.state.isCharged { giveBack(before, reason: void, at: result.at) }
  }
}

/// What becomes of a refund while its money is given back.
extension OrderBook {
  /// Before the platform is called: should this process die now, the outcome is unknown.
  ///
  /// - Returns: false when the refund is concluded; then nothing may be sent.
  mutating func willSend(_ number: OutRefundNumber) -> Bool {
    guard var record = refund(number), record.state == .requested else { return false }
    record.outcomeIsUnknown = true
    record.attempts += 1
    write(record)
    return true
  }

  /// An answer decided nothing.
  mutating func postpone(
    _ number: OutRefundNumber, until time: Timestamp, outcomeIsUnknown: Bool, at now: Timestamp
  ) {
    guard var record = refund(number), record.state == .requested else { return }
    record.outcomeIsUnknown = outcomeIsUnknown
    record.dueAt = time
    record.patience = record.patience.tried(at: now, isUnclear: outcomeIsUnknown)
    write(record)
  }

  /// As for an order.
  mutating func rest(_ number: OutRefundNumber, at now: Timestamp) {
    guard var record = refund(number), let due = record.dueAt, due <= now else { return }
    record.dueAt = now.advanced(by: Self.restingTime)
    write(record)
  }

  /// The refund's order is not decided yet, so nobody was asked.
  mutating func waitForOrder(_ number: OutRefundNumber, until time: Timestamp) {
    guard var record = refund(number), record.state == .requested else { return }
    record.dueAt = time
    write(record)
  }

  /// What the platform decided about a refund; an order that is given back whole is refunded.
  mutating func conclude(
    _ number: OutRefundNumber, as state: RefundState, refundID: String?, reason: String?, at now: Timestamp
  ) {
    guard var record = refund(number), record.state.canBecome(state) else { return }
    record.state = state
    record.refundID = refundID
    record.failure = reason
    record.outcomeIsUnknown = false
    record.patience = .fresh
    record.dueAt = nil
    write(record)
    if state == .refunded, var order = order(record.refund.outTradeNumber) {
      order.refunded = order.refunded + record.refund.amount
      if order.refunded >= order.toCollect { order.state = .refunded }
      write(order)
    }
    tell(
      .refundResult(
        RefundResult(refund: record.refund, state: state, refundID: refundID, reason: reason, at: now)),
      to: record.terminal)
  }
}

extension OrderRecord {
  /// Whether the platform may still be asked for the money.
  fileprivate var isOpen: Bool { state == .uploaded || state == .delayed }
}

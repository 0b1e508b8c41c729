import CanteenCore
import GatewayProtocol
import GatewayStore

/// What becomes of an order while its money is taken.
extension OrderBook {
  /// Before the platform is called; what is written then tells the next worker, should this one die.
  ///
  /// - Returns: nil when nothing is to be called for.
  mutating func begin(_ number: OutTradeNumber, at now: Timestamp, under rules: Settlement.Rules)
    -> Settlement.Call?
  {
    guard let before = order(number) else { return nil }
    var record = before
    let call = record.settlement.begin(at: now, under: rules)
    write(record, after: before, at: now)
    return call
  }

  /// The platform answered. A void that was asked for meanwhile is kept: what was taken is given back.
  mutating func receive(
    _ answer: Deduction, to call: Settlement.Call, about number: OutTradeNumber, at now: Timestamp,
    under rules: Settlement.Rules
  ) -> Settlement.Outcome {
    guard let before = order(number) else { return .waits }
    var record = before
    let outcome = record.settlement.receive(answer, to: call, at: now, under: rules)
    write(record, after: before, at: now)
    if outcome == .charged, let void = record.settlement.void { giveBack(record, reason: void, at: now) }
    return outcome
  }

  /// Nobody can call its platform now.
  mutating func postpone(_ number: OutTradeNumber, until time: Timestamp) {
    guard var record = order(number), record.settlement.isOpen else { return }
    record.settlement.postpone(until: time)
    write(record)
  }

  /// The till that sold it hears what became of it, and the others that its user's day is another sum.
  private mutating func write(_ record: OrderRecord, after before: OrderRecord, at now: Timestamp) {
    guard record != before else { return }
    write(record)
    if before.state != record.state {
      tell(
        .orderResult(
          OrderResult(
            outTradeNumber: record.number, state: record.state,
            transactionID: record.settlement.transactionID, reason: record.settlement.reason, at: now)),
        to: record.terminal)
    }
    if before.state.stands != record.state.stands {
      tellSpending(of: record, toTillsBut: record.terminal)
    }
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

  /// Nothing could be done about it although it was due. Left as it is it would come back at once, for ever.
  mutating func rest(_ number: OutRefundNumber, at now: Timestamp) {
    guard var record = refund(number), let due = record.dueAt, due <= now else { return }
    record.dueAt = now.advanced(by: .seconds(60))
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
      let stood = order.state.stands
      if order.refunded >= order.toCollect { order.settlement.wasGivenBack() }
      write(order)
      if stood, !order.state.stands { tellSpending(of: order, toTillsBut: order.terminal) }
    }
    tell(
      .refundResult(
        RefundResult(refund: record.refund, state: state, refundID: refundID, reason: reason, at: now)),
      to: record.terminal)
  }
}

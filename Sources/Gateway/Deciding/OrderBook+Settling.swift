import CanteenCore
import GatewayProtocol
import GatewayStore
import PaymentPlatform

/// What is to be called for.
enum BegunCall<Call: Sendable & Equatable>: Sendable, Equatable {
  /// The call, and the bytes that were or will be sent; a question needs none.
  case call(Call, PlatformRequest?)
  /// It would have to be sent, and nobody can make the request.
  case unsendable(isInDoubt: Bool)
  case nothing
}

/// What becomes of an order while its money is taken.
extension OrderBook {
  /// Before the platform is called; what is written then tells the next worker, should this one die.
  ///
  /// - Parameter request: what is sent, unless other bytes were kept before; nil when it cannot be made.
  mutating func begin(
    _ number: OutTradeNumber, request: PlatformRequest?, at now: Timestamp, under rules: Settlement.Rules
  ) -> BegunCall<Settlement.Call> {
    guard let before = order(number) else { return .nothing }
    var record = before
    let call = record.settlement.begin(at: now, under: rules)
    let sent = record.request.map(PlatformRequest.init) ?? request
    if call == .deduct {
      guard let sent else { return .unsendable(isInDoubt: before.settlement.doubt != nil) }
      record.request = sent.body
    }
    write(record, after: before, at: now)
    return call.map { .call($0, sent) } ?? .nothing
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

  /// The gateway was started: it may have come back from a backup, and have forgotten that it sent the order.
  mutating func askFirst(_ number: OutTradeNumber, at now: Timestamp) {
    guard let before = order(number) else { return }
    var record = before
    record.settlement.askFirst(at: now)
    if record != before { write(record) }
  }

  /// The order needs no call before `time`.
  mutating func postpone(_ number: OutTradeNumber, until time: Timestamp) {
    guard var record = order(number), record.settlement.isOpen else { return }
    record.settlement.postpone(until: time)
    write(record)
  }

  /// What kept a delayed order from being paid may be gone.
  ///
  /// - Returns: whether it falls due by that.
  mutating func hasten(_ number: OutTradeNumber, at now: Timestamp, under rules: Settlement.Rules) -> Bool {
    guard var record = order(number), record.settlement.hasten(at: now, under: rules) else { return false }
    write(record)
    return true
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
  /// Before the platform is called; what is written then tells the next worker, should this one die.
  ///
  /// - Parameter request: what is sent, unless other bytes were kept before; nil when it cannot be made.
  mutating func begin(
    _ number: OutRefundNumber, request: PlatformRequest?, at now: Timestamp, under rules: Settlement.Rules
  ) -> BegunCall<RefundSettlement.Call> {
    guard let before = refund(number) else { return .nothing }
    var record = before
    let call = record.settlement.begin(at: now, under: rules)
    let sent = record.request.map(PlatformRequest.init) ?? request
    if call == .refund {
      guard let sent else { return .unsendable(isInDoubt: before.settlement.isInDoubt) }
      record.request = sent.body
    }
    if record != before { write(record) }
    return call.map { .call($0, sent) } ?? .nothing
  }

  /// The platform answered; an order that is given back whole is refunded.
  mutating func receive(
    _ answer: RefundOutcome, to call: RefundSettlement.Call, about number: OutRefundNumber, at now: Timestamp,
    under rules: Settlement.Rules
  ) -> RefundSettlement.Outcome {
    guard var record = refund(number) else { return .waits }
    let outcome = record.settlement.receive(answer, to: call, at: now, under: rules)
    conclude(record, at: now)
    return outcome
  }

  /// The gateway was started: it may have come back from a backup, and have forgotten that it sent the refund.
  mutating func askFirst(_ number: OutRefundNumber, at now: Timestamp) {
    guard let before = refund(number) else { return }
    var record = before
    record.settlement.askFirst(at: now)
    if record != before { write(record) }
  }

  /// Nothing was taken for its order.
  mutating func fail(_ number: OutRefundNumber, because reason: String, at now: Timestamp) {
    guard var record = refund(number) else { return }
    record.settlement.fail(because: reason, at: now)
    conclude(record, at: now)
  }

  /// Its order is not decided yet, or nobody can call its platform now.
  mutating func postpone(_ number: OutRefundNumber, until time: Timestamp) {
    guard var record = refund(number), record.settlement.isOpen else { return }
    record.settlement.postpone(until: time)
    write(record)
  }

  private mutating func conclude(_ record: RefundRecord, at now: Timestamp) {
    guard let before = refund(record.number), before != record else { return }
    write(record)
    guard record.state.isFinal, !before.state.isFinal else { return }
    if record.state == .refunded, var order = order(record.refund.outTradeNumber) {
      order.refunded = order.refunded + record.refund.amount
      let stood = order.state.stands
      if order.refunded >= order.toCollect { order.settlement.wasGivenBack() }
      write(order)
      if stood, !order.state.stands { tellSpending(of: order, toTillsBut: order.terminal) }
    }
    tell(
      .refundResult(
        RefundResult(
          refund: record.refund, state: record.state, refundID: record.settlement.refundID,
          reason: record.settlement.reason, at: now)),
      to: record.terminal)
  }
}

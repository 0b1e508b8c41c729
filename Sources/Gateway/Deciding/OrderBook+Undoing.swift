import CanteenCore
import GatewayProtocol
import GatewayStore

/// Orders, voids and refunds as they arrive with a till's entries.
extension OrderBook {
  /// Opens an order that a till booked.
  ///
  /// - Parameters:
  ///   - reason: why the order is undone at once; nil for one that stands.
  ///   - wasHeld: the gateway may have held and sent it before, and forgotten it.
  mutating func open(
    _ order: Order, from entry: LedgerEntry, at tillAddress: String?, on platform: PlatformID,
    at now: Timestamp, undoneFor reason: String? = nil, wasHeld: Bool
  ) {
    let number = order.outTradeNumber
    if let known = self.order(number) {
      // Both parts of a ledger that was recovered may hold one sale: what became of it is told by itself.
      guard known.terminal != entry.terminal else { return }
      // The chain is kept whole; the second sale under one number is never charged, and the till is told.
      return tell(
        .orderResult(
          OrderResult(
            outTradeNumber: number, state: .failed, transactionID: nil,
            reason: "this order number was used by another till", at: now)), to: entry.terminal)
    }
    let settlement = Settlement(of: order, void: reason, mayHaveBeenSent: wasHeld, at: now)
    let state = settlement.state
    let record = OrderRecord(
      order: order, terminal: entry.terminal, sequence: entry.sequence,
      platform: order.means.platform ?? platform, tillAddress: tillAddress, mayBeForgotten: wasHeld,
      settlement: settlement)
    write(record)
    if state != .uploaded {
      tell(
        .orderResult(
          OrderResult(outTradeNumber: number, state: state, transactionID: nil, reason: nil, at: now)),
        to: entry.terminal)
    }
    if reason == nil { tellSpending(of: record, toTillsBut: entry.terminal) }
  }

  /// A void ends an order whose money was not taken. Money that was taken is given back; when that is not
  /// known, the platform is asked first.
  ///
  /// - Parameter wasHeld: the gateway may have undone it before, and forgotten that.
  mutating func void(_ void: VoidOrder, by till: TerminalID, at now: Timestamp, wasHeld: Bool = false) {
    guard var record = order(void.outTradeNumber), record.terminal == till else { return }
    if wasHeld { record.mayBeForgotten = true }
    switch record.settlement.undo(because: void.reason, at: now) {
    case .charged: giveBack(record, reason: void.reason, at: now)
    case .asks: write(record)
    case .voided:
      write(record)
      tellSpending(of: record, toTillsBut: till)
      if let user = record.order.user?.outUserID { undone.insert(user) }
    case .nothing: break
    }
  }

  /// Opens a refund, unless more would be given back than was collected.
  ///
  /// - Parameter wasHeld: the gateway may have held and sent it before, and forgotten it.
  mutating func request(_ refund: Refund, by till: TerminalID, at now: Timestamp, wasHeld: Bool = false) {
    // The same number again is the same refund, whatever else has changed since.
    guard self.refund(refund.outRefundNumber) == nil else { return }
    guard let record = order(refund.outTradeNumber), record.terminal == till else {
      return refuse(refund, by: till, reason: "the order is not known here", at: now)
    }
    guard record.settlement.void == nil else {
      return refuse(refund, by: till, reason: "the order is being undone as a whole", at: now)
    }
    guard refund.amount > .zero, refund.amount <= left(of: record) else {
      return refuse(refund, by: till, reason: "more than was paid would be given back", at: now)
    }
    open(refund, of: record, by: till, at: now, wasHeld: wasHeld)
  }

  /// Opens the one refund that a late void becomes.
  mutating func giveBack(_ record: OrderRecord, reason: String, at now: Timestamp) {
    let refund = Refund(undoing: record.number, amount: left(of: record), reason: reason)
    // Its number follows from the order's: a gateway that has forgotten the order may have made the refund, too.
    if refund.amount > .zero {
      open(refund, of: record, by: record.terminal, at: now, wasHeld: record.mayBeForgotten)
    }
  }

  /// What was collected, less what was or may be given back.
  private func left(of record: OrderRecord) -> Fen {
    refunds(of: record.number).filter { $0.state != .failed }
      .reduce(record.toCollect) { $0 - $1.refund.amount }
  }

  /// The same number again is the same refund.
  private mutating func open(
    _ refund: Refund, of record: OrderRecord, by till: TerminalID, at now: Timestamp, wasHeld: Bool
  ) {
    guard self.refund(refund.outRefundNumber) == nil else { return }
    write(
      RefundRecord(
        refund, terminal: till, platform: record.platform, requestedAt: now,
        mayHaveBeenSent: wasHeld))
  }

  private mutating func refuse(_ refund: Refund, by till: TerminalID, reason: String, at now: Timestamp) {
    tell(
      .refundResult(RefundResult(refund: refund, state: .failed, refundID: nil, reason: reason, at: now)),
      to: till)
  }
}

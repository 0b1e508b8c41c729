import CanteenCore
public import Stage

extension LedgerSnapshot.BookedOrder {
  /// - Throws: ``StageError`` for a state that this version does not know.
  public init(_ order: TillOrder) throws {
    guard let state = OrderState(rawValue: order.state) else {
      throw StageError("Order \(order.number) is in a state nobody knows: \(order.state).")
    }
    self.init(number: order.number, amount: Fen(Int64(order.amount)), state: state)
  }
}

extension LedgerSnapshot.PlatformCharge {
  public init(_ charge: ListedCharge) {
    self.init(number: charge.number, amount: Fen(Int64(charge.amount)), charges: charge.charges)
  }
}

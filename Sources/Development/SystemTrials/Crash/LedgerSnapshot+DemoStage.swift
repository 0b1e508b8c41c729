import CanteenCore
public import GatewayProtocol
public import Stage
public import TillAPI

extension LedgerSnapshot.ListedOrder {
  public init(_ order: BookedOrder) {
    self.init(number: order.outTradeNumber, amount: order.amount, state: order.state)
  }

  /// - Throws: ``StageError`` for a state that this version does not know.
  public init(_ order: GatewayOrder) throws {
    guard let state = OrderState(rawValue: order.state) else {
      throw StageError("Order \(order.outTradeNumber) is in a state nobody knows: \(order.state).")
    }
    self.init(number: order.outTradeNumber, amount: order.amount, state: state)
  }
}

extension LedgerSnapshot.PlatformCharge {
  public init(_ charge: ListedCharge) {
    self.init(number: charge.number, amount: charge.amount, charges: charge.charges)
  }
}

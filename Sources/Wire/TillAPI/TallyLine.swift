public import CanteenCore

/// One line of a report: what was sold under one combination of day, shift, meal, mode, operator, payer,
/// collection and state.
public struct TallyLine: Sendable, Hashable, Codable {
  /// Empty texts and shift 0 stand for none.
  public let day: String
  public let shift: Int64
  public let period: String
  public let mode: String
  public let operatorID: String
  public let payer: Payer.Kind
  public let collection: MoneyCollection.Kind
  public let state: OrderState
  public let orders: Int
  public let amount: Fen
  public let subsidy: Fen
  public let toCollect: Fen
  public let refunded: Fen

  public init(
    day: String, shift: Int64, period: String, mode: String, operatorID: String, payer: Payer.Kind,
    collection: MoneyCollection.Kind, state: OrderState, orders: Int, amount: Fen, subsidy: Fen,
    toCollect: Fen, refunded: Fen
  ) {
    self.day = day
    self.shift = shift
    self.period = period
    self.mode = mode
    self.operatorID = operatorID
    self.payer = payer
    self.collection = collection
    self.state = state
    self.orders = orders
    self.amount = amount
    self.subsidy = subsidy
    self.toCollect = toCollect
    self.refunded = refunded
  }

  private enum CodingKeys: String, CodingKey {
    case day
    case shift
    case period
    case mode
    case operatorID = "operator"
    case payer
    case collection
    case state
    case orders
    case amount = "amount_fen"
    case subsidy = "subsidy_fen"
    case toCollect = "to_collect_fen"
    case refunded = "refunded_fen"
  }
}

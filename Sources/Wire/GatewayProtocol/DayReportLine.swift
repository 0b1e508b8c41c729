public import CanteenCore

/// What one till sold on one day under one combination of meal, mode, operator, payer, collection and state.
public struct DayReportLine: Sendable, Codable {
  public let terminal: String
  public let period: String
  public let mode: String
  public let operatorID: String
  public let payer: Payer.Kind
  public let collection: MoneyCollection.Kind
  public let state: String
  public let orders: Int
  public let amount: Fen
  public let subsidy: Fen
  public let toCollect: Fen
  public let refunded: Fen

  public init(
    terminal: String, period: String, mode: String, operatorID: String, payer: Payer.Kind,
    collection: MoneyCollection.Kind, state: String, orders: Int, amount: Fen, subsidy: Fen, toCollect: Fen,
    refunded: Fen
  ) {
    self.terminal = terminal
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
    case terminal = "terminal_id"
    case period
    case mode = "amount_mode"
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

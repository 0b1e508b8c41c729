package import CanteenCore

/// What one till sold on one day under one combination of meal, mode, operator, payer, collection and state.
package struct DayReportLine: Sendable, Codable {
  package let terminal: String
  package let period: String
  package let mode: String
  package let operatorID: String
  package let payer: Payer.Kind
  package let collection: MoneyCollection.Kind
  package let state: String
  package let orders: Int
  package let amount: Fen
  package let subsidy: Fen
  package let toCollect: Fen
  package let refunded: Fen

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

package import CanteenCore

/// One order as the gateway lists it.
package struct ListedOrder: Sendable, Codable {
  package let outTradeNumber: String
  package let terminal: String
  package let outUserID: String?
  package let amount: Fen
  package let subsidy: Fen
  package let toCollect: Fen
  package let refunded: Fen
  package let refunding: Fen
  package let mode: String
  package let period: String
  package let day: String
  package let operatorID: String
  package let payer: Payer.Kind
  package let collection: MoneyCollection.Kind
  /// Who was or is asked for the money; says nothing for money that was taken beside the till.
  package let platform: PlatformID
  package let state: String
  package let transactionID: String?
  package let reason: String?
  package let attempts: Int
  package let acceptedAt: Timestamp

  private enum CodingKeys: String, CodingKey {
    case outTradeNumber = "out_trade_no"
    case terminal = "terminal_id"
    case outUserID = "out_user_id"
    case amount = "amount_fen"
    case subsidy = "subsidy_fen"
    case toCollect = "to_collect_fen"
    case refunded = "refunded_fen"
    case refunding = "refunding_fen"
    case mode = "amount_mode"
    case period
    case day
    case operatorID = "operator"
    case payer
    case collection
    case platform
    case state
    case transactionID = "transaction_id"
    case reason
    case attempts
    case acceptedAt = "accepted_at"
  }
}

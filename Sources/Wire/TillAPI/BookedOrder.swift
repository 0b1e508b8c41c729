public import CanteenCore

/// One order as the till's list shows it.
public struct BookedOrder: Sendable, Hashable, Codable {
  public let outTradeNumber: String
  public let amount: Fen
  public let subsidy: Fen
  public let toCollect: Fen
  public let refunded: Fen
  /// Requested refunds that are not answered yet.
  public let refunding: Fen
  public let mode: String
  public let payer: Payer.Kind
  public let collection: MoneyCollection.Kind
  public let displayName: String?
  public let acceptedAt: Timestamp
  public let state: OrderState
  public let transactionID: String?
  public let reason: String?

  public init(
    outTradeNumber: String, amount: Fen, subsidy: Fen, toCollect: Fen, refunded: Fen, refunding: Fen,
    mode: String, payer: Payer.Kind, collection: MoneyCollection.Kind, displayName: String?,
    acceptedAt: Timestamp, state: OrderState, transactionID: String?,
    reason: String?
  ) {
    self.outTradeNumber = outTradeNumber
    self.amount = amount
    self.subsidy = subsidy
    self.toCollect = toCollect
    self.refunded = refunded
    self.refunding = refunding
    self.mode = mode
    self.payer = payer
    self.collection = collection
    self.displayName = displayName
    self.acceptedAt = acceptedAt
    self.state = state
    self.transactionID = transactionID
    self.reason = reason
  }

  private enum CodingKeys: String, CodingKey {
    case outTradeNumber = "out_trade_no"
    case amount = "amount_fen"
    case subsidy = "subsidy_fen"
    case toCollect = "to_collect_fen"
    case refunded = "refunded_fen"
    case refunding = "refunding_fen"
    case mode = "amount_mode"
    case payer
    case collection
    case displayName = "display_name"
    case acceptedAt = "accepted_at"
    case state
    case transactionID = "transaction_id"
    case reason
  }
}

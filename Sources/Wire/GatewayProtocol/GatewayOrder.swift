public import CanteenCore

/// One order as the gateway lists it.
public struct GatewayOrder: Sendable, Codable {
  public let outTradeNumber: String
  public let terminal: String
  public let outUserID: String?
  public let amount: Fen
  public let subsidy: Fen
  public let toCollect: Fen
  public let refunded: Fen
  public let refunding: Fen
  public let mode: String
  public let period: String
  public let day: String
  public let operatorID: String
  public let payer: Payer.Kind
  public let collection: MoneyCollection.Kind
  /// The platform that was or is asked for the money; without meaning when the money was taken beside the
  /// till.
  public let platform: PlatformID
  public let state: String
  public let transactionID: String?
  public let reason: String?
  public let attempts: Int
  public let acceptedAt: Timestamp

  public init(
    outTradeNumber: String, terminal: String, outUserID: String?, amount: Fen, subsidy: Fen, toCollect: Fen,
    refunded: Fen, refunding: Fen, mode: String, period: String, day: String, operatorID: String,
    payer: Payer.Kind, collection: MoneyCollection.Kind, platform: PlatformID, state: String,
    transactionID: String?, reason: String?, attempts: Int, acceptedAt: Timestamp
  ) {
    self.outTradeNumber = outTradeNumber
    self.terminal = terminal
    self.outUserID = outUserID
    self.amount = amount
    self.subsidy = subsidy
    self.toCollect = toCollect
    self.refunded = refunded
    self.refunding = refunding
    self.mode = mode
    self.period = period
    self.day = day
    self.operatorID = operatorID
    self.payer = payer
    self.collection = collection
    self.platform = platform
    self.state = state
    self.transactionID = transactionID
    self.reason = reason
    self.attempts = attempts
    self.acceptedAt = acceptedAt
  }

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

public import CanteenCore
import GRDB

/// One order as the till's list shows it.
public struct BookedOrder: Sendable, Hashable, Codable {
  public let outTradeNumber: String
  public let amount: Fen
  public let subsidy: Fen
  public let toCollect: Fen
  public let refunded: Fen
  /// Asked to be given back, not yet answered.
  public let refunding: Fen
  public let mode: String
  public let displayName: String?
  public let payer: Payer.Kind
  public let collection: MoneyCollection.Kind
  public let acceptedAt: Timestamp
  public let state: OrderState
  public let transactionID: String?
  public let reason: String?

  private enum CodingKeys: String, CodingKey {
    case outTradeNumber = "out_trade_no"
    case amount = "amount_fen"
    case subsidy = "subsidy_fen"
    case toCollect = "to_collect_fen"
    case refunded = "refunded_fen"
    case refunding = "refunding_fen"
    case mode = "amount_mode"
    case displayName = "display_name"
    case payer
    case collection
    case acceptedAt = "accepted_at"
    case state
    case transactionID = "transaction_id"
    case reason
  }

  /// - Parameter condition: what follows WHERE.
  static func fetchAll(_ db: Database, where condition: String, arguments: StatementArguments) throws
    -> [BookedOrder]
  {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT *, (SELECT coalesce(sum(amount_fen), 0) FROM refund
            WHERE refund.out_trade_no = booked_order.out_trade_no AND refund.state = 'requested') AS refunding_fen
          FROM booked_order WHERE \(condition)
          """), arguments: arguments
    ).map(BookedOrder.init)
  }

  private init(row: Row) {
    outTradeNumber = row["out_trade_no"]
    amount = Fen(row["amount_fen"])
    subsidy = Fen(row["subsidy_fen"])
    toCollect = Fen(row["to_collect_fen"])
    refunded = Fen(row["refunded_fen"])
    refunding = Fen(row["refunding_fen"])
    mode = row["mode"]
    displayName = row["display_name"]
    payer = Payer.Kind(rawValue: row["payer"]) ?? .nobody
    collection = MoneyCollection.Kind(rawValue: row["collection"]) ?? .unnamed
    acceptedAt = Timestamp(millisecondsSince1970: row["accepted_at"])
    state = OrderState(stored: row["state"])
    transactionID = row["transaction_id"]
    reason = row["reason"]
  }
}

/// One refund as the till knows it.
public struct BookedRefund: Sendable, Hashable {
  public let refund: Refund
  public let state: RefundState

  init(row: Row) throws {
    refund = Refund(
      outRefundNumber: try OutRefundNumber(row["out_refund_no"]),
      outTradeNumber: try OutTradeNumber(row["out_trade_no"]), amount: Fen(row["amount_fen"]),
      operatorID: try (row["operator"] as String?).map { try OperatorID($0) }, reason: row["reason"])
    state = RefundState(rawValue: row["state"]) ?? .requested
  }
}

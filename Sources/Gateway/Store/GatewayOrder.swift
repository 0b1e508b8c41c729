package import CanteenCore
import GRDB

extension GatewayStore {
  /// The newest orders of all tills, or of one day.
  package func orders(atMost count: Int, on day: SchoolDay? = nil) async throws -> [GatewayOrder] {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT *, (SELECT coalesce(sum(r.amount_fen), 0) FROM refund r
              WHERE r.out_trade_no = customer_order.out_trade_no AND r.state = 'requested') AS refunding_fen
            FROM customer_order WHERE ? IS NULL OR day = ?
            ORDER BY accepted_at DESC, out_trade_no LIMIT ?
            """), arguments: [day?.description, day?.description, count]
      ).map(GatewayOrder.init)
    }
  }
}

/// One order as the gateway lists it.
package struct GatewayOrder: Sendable, Codable {
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
  package let state: String
  package let transactionID: String?
  package let reason: String?
  package let attempts: Int
  package let acceptedAt: Timestamp

  fileprivate init(row: Row) {
    outTradeNumber = row["out_trade_no"]
    terminal = row["terminal_id"]
    outUserID = row["out_user_id"]
    amount = Fen(row["amount_fen"])
    subsidy = Fen(row["subsidy_fen"])
    toCollect = Fen(row["to_collect_fen"])
    refunded = Fen(row["refunded_fen"])
    refunding = Fen(row["refunding_fen"])
    mode = row["mode"]
    period = row["period"]
    day = row["day"]
    operatorID = row["operator"]
    state = row["state"]
    transactionID = row["transaction_id"]
    reason = row["reason"]
    attempts = row["attempts"]
    acceptedAt = Timestamp(millisecondsSince1970: row["accepted_at"])
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
    case state
    case transactionID = "transaction_id"
    case reason
    case attempts
    case acceptedAt = "accepted_at"
  }
}

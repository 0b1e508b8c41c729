import CanteenCore
import GRDB
import TillAPI

extension BookedOrder {
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

  private init(row: Row) throws {
    self.init(
      outTradeNumber: row["out_trade_no"], amount: Fen(row["amount_fen"]), subsidy: Fen(row["subsidy_fen"]),
      toCollect: Fen(row["to_collect_fen"]), refunded: Fen(row["refunded_fen"]),
      refunding: Fen(row["refunding_fen"]), mode: row["mode"],
      payer: try row.word("payer"),
      collection: try row.word("collection"),
      displayName: row["display_name"],
      acceptedAt: Timestamp(millisecondsSince1970: row["accepted_at"]),
      state: try row.word("state"), transactionID: row["transaction_id"], reason: row["reason"])
  }
}

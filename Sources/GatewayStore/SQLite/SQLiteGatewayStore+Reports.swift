package import CanteenCore
import GRDB
package import GatewayProtocol

extension SQLiteGatewayStore {
  package func orders(atMost count: Int, on day: SchoolDay?) async throws -> [GatewayOrder] {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT *, (SELECT coalesce(sum(r.amount_fen), 0) FROM refund r
              WHERE r.out_trade_no = customer_order.out_trade_no AND r.state IN ('requested', 'abnormal')) AS refunding_fen
            FROM customer_order WHERE ?1 IS NULL OR day = ?1
            ORDER BY accepted_at DESC, out_trade_no LIMIT ?2
            """), arguments: [day?.description, count]
      ).map(GatewayOrder.init)
    }
  }

  package func dayReport(of day: SchoolDay) async throws -> [DayReportLine] {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT terminal_id, period, mode, operator, payer, collection, state, count(*) AS orders,
              sum(amount_fen) AS amount_fen, sum(subsidy_fen) AS subsidy_fen,
              sum(to_collect_fen) AS to_collect_fen, sum(refunded_fen) AS refunded_fen
            FROM customer_order WHERE day = ?
            GROUP BY terminal_id, period, mode, operator, payer, collection, state
            ORDER BY terminal_id, period, mode, operator, payer, collection, state
            """), arguments: [day.description]
      ).map(DayReportLine.init)
    }
  }

  package func book(of day: SchoolDay) async throws -> BookView {
    try await database.read { db in
      BookView(
        orders: try Row.fetchAll(
          db.cachedStatement(sql: "\(Self.orderColumns) WHERE o.day = ? ORDER BY o.out_trade_no"),
          arguments: [day.description]
        ).map(OrderRecord.init),
        refunds: try Row.fetchAll(
          db.cachedStatement(
            sql: """
              SELECT r.* FROM refund r JOIN customer_order o USING (out_trade_no)
              WHERE o.day = ? ORDER BY r.out_refund_no
              """), arguments: [day.description]
        ).map(RefundRecord.init))
    }
  }

  package func knownNumbers(among numbers: Set<String>) async throws -> Set<String> {
    try await database.read { db in
      try String.fetchSet(
        db.cachedStatement(
          sql:
            "SELECT out_trade_no FROM customer_order WHERE out_trade_no IN (SELECT value FROM json_each(?))"
        ), arguments: [try CanonicalJSON.text(Array(numbers))])
    }
  }

  package func stuckWork(at now: Timestamp) async throws -> [StuckWork] {
    let limits = [StuckWork.patienceWithDueTime, StuckWork.patience, StuckWork.patienceWithRefunds]
      .map { now.advanced(by: .zero - $0).millisecondsSince1970 }
    return try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT o.out_trade_no, NULL AS out_refund_no, o.to_collect_fen AS fen, 0 AS abnormal
            FROM customer_order o
            JOIN ledger_entry e ON e.terminal_id = o.terminal_id AND e.sequence = o.sequence
            WHERE o.due_at IS NOT NULL AND (o.due_at < ?1 OR (o.state = 'uploaded' OR o.outcome_unknown) AND e.received_at < ?2)
            UNION ALL
            SELECT out_trade_no, out_refund_no, amount_fen, state = 'abnormal' FROM refund
            WHERE due_at IS NOT NULL AND (due_at < ?1 OR state = 'abnormal' OR requested_at < ?3)
            ORDER BY 1, 2
            """),
        arguments: StatementArguments(limits)
      ).map { row in
        StuckWork(
          order: try OutTradeNumber(row["out_trade_no"]),
          refund: try (row["out_refund_no"] as String?).map { try OutRefundNumber($0) },
          amount: Fen(row["fen"]), isAbnormal: row["abnormal"])
      }
    }
  }

  package func ledgerHeads() async throws -> [TerminalID: LedgerHead] {
    try await database.read { db in
      let rows = try Row.fetchAll(
        db.cachedStatement(sql: "SELECT terminal_id, head FROM terminal WHERE head IS NOT NULL"))
      return try Dictionary(
        uniqueKeysWithValues: rows.map { row in
          (
            try TerminalID(row["terminal_id"]),
            try CanonicalJSON.decode(LedgerHead.self, from: row["head"])
          )
        })
    }
  }
}

extension GatewayOrder {
  fileprivate init(row: Row) throws {
    self.init(
      outTradeNumber: row["out_trade_no"], terminal: row["terminal_id"], outUserID: row["out_user_id"],
      amount: Fen(row["amount_fen"]), subsidy: Fen(row["subsidy_fen"]),
      toCollect: Fen(row["to_collect_fen"]), refunded: Fen(row["refunded_fen"]),
      refunding: Fen(row["refunding_fen"]), mode: row["mode"], period: row["period"], day: row["day"],
      operatorID: row["operator"], payer: try row.value("payer"), collection: try row.value("collection"),
      platform: try PlatformID(row["platform"]), state: row["state"], transactionID: row["transaction_id"],
      reason: row["reason"], attempts: row["attempts"],
      acceptedAt: Timestamp(millisecondsSince1970: row["accepted_at"]))
  }
}

extension DayReportLine {
  fileprivate init(row: Row) throws {
    self.init(
      terminal: row["terminal_id"], period: row["period"], mode: row["mode"], operatorID: row["operator"],
      payer: try row.value("payer"), collection: try row.value("collection"), state: row["state"],
      orders: row["orders"], amount: Fen(row["amount_fen"]),
      subsidy: Fen(row["subsidy_fen"]), toCollect: Fen(row["to_collect_fen"]),
      refunded: Fen(row["refunded_fen"]))
  }
}

package import CanteenCore
import GRDB
import GatewayProtocol

/// Orders and refunds as rows.
extension SQLiteGatewayStore {
  package func bookView(of orders: Set<OutTradeNumber>) async throws -> BookView {
    try await database.read { db in try Self.bookView(of: orders, refunds: [], in: db) }
  }

  static func bookView(of numbers: Set<OutTradeNumber>, refunds asked: Set<OutRefundNumber>, in db: Database)
    throws -> BookView
  {
    let orders = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          \(orderColumns) WHERE o.out_trade_no IN (SELECT value FROM json_each(?)) ORDER BY o.out_trade_no
          """), arguments: [try CanonicalJSON.text(numbers.map(\.text))]
    ).map(OrderRecord.init)
    let refunds = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT * FROM refund WHERE out_trade_no IN (SELECT value FROM json_each(?))
            OR out_refund_no IN (SELECT value FROM json_each(?)) ORDER BY out_refund_no
          """),
      arguments: [
        try CanonicalJSON.text(numbers.map(\.text)), try CanonicalJSON.text(asked.map(\.text)),
      ]
    ).map(RefundRecord.init)
    return BookView(orders: orders, refunds: refunds)
  }

  /// Orders, each together with the entry that the till signed.
  static let orderColumns = """
    SELECT o.*, e.payload FROM customer_order o
    JOIN ledger_entry e ON e.terminal_id = o.terminal_id AND e.sequence = o.sequence
    """

  package func delayedOrders(of user: OutUserID) async throws -> [OutTradeNumber] {
    try await database.read { db in
      try String.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT out_trade_no FROM customer_order WHERE out_user_id = ? AND state = 'delayed'
            ORDER BY out_trade_no
            """), arguments: [user.text]
      ).map { try OutTradeNumber($0) }
    }
  }

  /// - Throws: ``NotAsRead``.
  static func write(_ record: OrderRecord, in db: Database) throws {
    let (settlement, calls) = (record.settlement, CallColumns(record.settlement.calls))
    if record.version == 0 {
      try insert(record, in: db)
    } else {
      try db.cachedStatement(
        literal: """
          UPDATE customer_order SET \(calls.assignments), version = version + 1,
            state = \(settlement.state.rawValue), transaction_id = \(settlement.transactionID),
            reason = \(settlement.reason), refunded_fen = \(record.refunded.count),
            void_requested = \(settlement.void), request = \(record.request),
            debits_on = \(settlement.attemptsOfDay.day?.description ?? ""),
            debits_that_day = \(settlement.attemptsOfDay.count),
            concluded_at = \(settlement.concludedAt?.millisecondsSince1970),
            may_be_forgotten = \(record.mayBeForgotten)
          WHERE out_trade_no = \(record.number.text) AND version = \(record.version)
          """
      ).execute()
    }
    guard db.changesCount == 1 else { throw NotAsRead() }
  }

  private static func insert(_ record: OrderRecord, in db: Database) throws {
    let (order, settlement) = (record.order, record.settlement)
    try db.cachedStatement(
      literal: """
        INSERT INTO customer_order (out_trade_no, terminal_id, sequence, platform, amount_fen, subsidy_fen,
          to_collect_fen, payer, collection, mode, period, day, operator, out_user_id, accepted_at, till_address,
          state, due_at, outcome_unknown, first_unclear_at, sent_at, sends, void_requested,
          may_be_forgotten)
        VALUES (\(record.number.text), \(record.terminal.text), \(record.sequence), \(record.platform.text),
          \(order.amount.count), \(order.subsidy.count), \(record.toCollect.count),
          \(order.means.payer.kind.rawValue), \(order.means.collection.kind.rawValue),
          \(order.amountMode.rawValue), \(order.period?.text ?? ""), \(record.day?.description ?? ""),
          \(order.operatorID?.text ?? ""), \(order.user?.outUserID.text),
          \(order.acceptedAt.millisecondsSince1970), \(record.tillAddress), \(record.state.rawValue),
          \(settlement.dueAt?.millisecondsSince1970), \(settlement.doubt != nil),
          \(settlement.doubt?.since.millisecondsSince1970), \(settlement.doubt?.sentAt.millisecondsSince1970),
          \(settlement.doubt?.sends ?? 0), \(settlement.void), \(record.mayBeForgotten))
        ON CONFLICT DO NOTHING
        """
    ).execute()
  }

  /// - Throws: ``NotAsRead``.
  static func write(_ record: RefundRecord, in db: Database) throws {
    if record.version == 0 {
      let (refund, doubt) = (record.refund, record.settlement.calls.doubt)
      try db.cachedStatement(
        literal: """
          INSERT INTO refund (out_refund_no, out_trade_no, terminal_id, platform, amount_fen, operator, reason,
            requested_at, state, due_at, outcome_unknown, first_unclear_at, sent_at, sends)
          VALUES (\(refund.outRefundNumber.text), \(refund.outTradeNumber.text), \(record.terminal.text),
            \(record.platform.text), \(refund.amount.count), \(refund.operatorID?.text), \(refund.reason),
            \(record.requestedAt.millisecondsSince1970), \(record.state.rawValue),
            \(record.settlement.calls.dueAt?.millisecondsSince1970), \(doubt != nil),
            \(doubt?.since.millisecondsSince1970), \(doubt?.sentAt.millisecondsSince1970),
            \(doubt?.sends ?? 0))
          ON CONFLICT DO NOTHING
          """
      ).execute()
    } else {
      let settlement = record.settlement
      try db.cachedStatement(
        literal: """
          UPDATE refund SET \(CallColumns(settlement.calls).assignments), version = version + 1,
            state = \(settlement.state.rawValue), refund_id = \(settlement.refundID),
            failure = \(settlement.reason), request = \(record.request),
            concluded_at = \(settlement.concludedAt?.millisecondsSince1970)
          WHERE out_refund_no = \(record.number.text) AND version = \(record.version)
          """
      ).execute()
    }
    guard db.changesCount == 1 else { throw NotAsRead() }
  }
}

/// Something has changed since it was read for a decision; the transaction is rolled back.
struct NotAsRead: Error {}

extension OrderRecord {
  /// A row of ``SQLiteGatewayStore/orderColumns``.
  init(row: Row) throws {
    let payload = try CanonicalJSON.decode(LedgerPayload.self, from: row["payload"])
    guard let order = payload.orderToSettle else {
      throw StoreDamaged(what: "no order stands in the entry of \(row["out_trade_no"] as String)")
    }
    self.init(
      order: order, terminal: try TerminalID(row["terminal_id"]), sequence: row["sequence"],
      platform: try PlatformID(row["platform"]), toCollect: Fen(row["to_collect_fen"]),
      day: try row.day("day"), tillAddress: row["till_address"], mayBeForgotten: row["may_be_forgotten"],
      settlement: try Settlement(row: row, of: order), request: row["request"],
      refunded: Fen(row["refunded_fen"]), version: row["version"])
  }
}

extension Settlement {
  fileprivate init(row: Row, of order: Order) throws {
    self.init(
      state: try row.value("state"), transactionID: row["transaction_id"], reason: row["reason"],
      void: row["void_requested"], calls: try CallColumns.history(in: row, notBefore: order.acceptedAt),
      attemptsOfDay: AttemptsOfDay(day: try row.day("debits_on"), count: row["debits_that_day"]),
      concludedAt: row.timestamp("concluded_at"), mayBeSent: order.means.collection.mayBeSent)
  }
}

extension RefundRecord {
  init(row: Row) throws {
    self.init(
      refund: Refund(
        outRefundNumber: try OutRefundNumber(row["out_refund_no"]),
        outTradeNumber: try OutTradeNumber(row["out_trade_no"]), amount: Fen(row["amount_fen"]),
        operatorID: try (row["operator"] as String?).map { try OperatorID($0) }, reason: row["reason"]),
      terminal: try TerminalID(row["terminal_id"]), platform: try PlatformID(row["platform"]),
      requestedAt: Timestamp(millisecondsSince1970: row["requested_at"]),
      settlement: try RefundSettlement(row: row), request: row["request"], version: row["version"])
  }
}

extension RefundSettlement {
  fileprivate init(row: Row) throws {
    let requestedAt = Timestamp(millisecondsSince1970: row["requested_at"])
    self.init(
      state: try row.value("state"), refundID: row["refund_id"], reason: row["failure"],
      calls: try CallColumns.history(in: row, notBefore: requestedAt),
      concludedAt: row.timestamp("concluded_at"))
  }
}

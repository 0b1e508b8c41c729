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

  /// Orders with what the till signed, which each row is read together with.
  static let orderColumns = """
    SELECT o.*, e.payload FROM customer_order o
    JOIN ledger_entry e ON e.terminal_id = o.terminal_id AND e.sequence = o.sequence
    """

  package func hasDelayedOrders(_ user: OutUserID) async throws -> Bool {
    try await database.read { db in
      try Bool.fetchOne(
        db.cachedStatement(
          sql: "SELECT EXISTS (SELECT 1 FROM customer_order WHERE out_user_id = ? AND state = 'delayed')"),
        arguments: [user.text]) ?? false
    }
  }

  /// - Throws: ``NotAsRead``.
  static func write(_ record: OrderRecord, in db: Database) throws {
    let (settlement, doubt) = (record.settlement, record.settlement.doubt)
    if record.version == 0 {
      try insert(record, in: db)
    } else {
      try db.cachedStatement(
        literal: """
          UPDATE customer_order SET version = version + 1, state = \(settlement.state.rawValue),
            transaction_id = \(settlement.transactionID), reason = \(settlement.reason),
            refunded_fen = \(record.refunded.count), void_requested = \(settlement.void),
            outcome_unknown = \(doubt != nil), attempts = \(settlement.attempts),
            debits_on = \(settlement.attemptsOfDay.day?.description ?? ""),
            debits_that_day = \(settlement.attemptsOfDay.count), failures = \(settlement.failures),
            first_unclear_at = \(doubt?.since.millisecondsSince1970),
            sent_at = \(doubt?.sentAt.millisecondsSince1970), sends = \(doubt?.sends ?? 0),
            not_found = \(doubt?.notFound ?? 0), may_resend = \(doubt?.mayResend ?? false),
            doubted_refusal = \(doubt?.refusal?.rawValue), doubted_reason = \(doubt?.refusalReason),
            due_at = \(settlement.dueAt?.millisecondsSince1970),
            concluded_at = \(settlement.concludedAt?.millisecondsSince1970)
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
          to_collect_fen, payer, collection, mode, period, day, operator, out_user_id, accepted_at, state, due_at, outcome_unknown,
          first_unclear_at, sent_at, sends, void_requested)
        VALUES (\(record.number.text), \(record.terminal.text), \(record.sequence), \(record.platform.text),
          \(order.amount.count), \(order.subsidy.count), \(record.toCollect.count),
          \(order.means.payer.kind.rawValue), \(order.means.collection.kind.rawValue),
          \(order.amountMode.rawValue), \(order.period?.text ?? ""), \(record.day?.description ?? ""),
          \(order.operatorID?.text ?? ""), \(order.user?.outUserID.text),
          \(order.acceptedAt.millisecondsSince1970), \(record.state.rawValue),
          \(settlement.dueAt?.millisecondsSince1970), \(settlement.doubt != nil),
          \(settlement.doubt?.since.millisecondsSince1970), \(settlement.doubt?.sentAt.millisecondsSince1970),
          \(settlement.doubt?.sends ?? 0), \(settlement.void))
        ON CONFLICT DO NOTHING
        """
    ).execute()
  }

  /// - Throws: ``NotAsRead``.
  static func write(_ record: RefundRecord, in db: Database) throws {
    if record.version == 0 {
      let refund = record.refund
      try db.cachedStatement(
        literal: """
          INSERT INTO refund (out_refund_no, out_trade_no, terminal_id, platform, amount_fen, operator, reason,
            requested_at, state, due_at)
          VALUES (\(refund.outRefundNumber.text), \(refund.outTradeNumber.text), \(record.terminal.text),
            \(record.platform.text), \(refund.amount.count), \(refund.operatorID?.text), \(refund.reason),
            \(record.requestedAt.millisecondsSince1970), \(record.state.rawValue),
            \(record.dueAt?.millisecondsSince1970))
          ON CONFLICT DO NOTHING
          """
      ).execute()
    } else {
      try db.cachedStatement(
        literal: """
          UPDATE refund SET version = version + 1, state = \(record.state.rawValue),
            refund_id = \(record.refundID), failure = \(record.failure),
            outcome_unknown = \(record.outcomeIsUnknown), attempts = \(record.attempts),
            failures = \(record.patience.failures),
            first_unclear_at = \(record.patience.firstUnclearAt?.millisecondsSince1970),
            due_at = \(record.dueAt?.millisecondsSince1970)
          WHERE out_refund_no = \(record.number.text) AND version = \(record.version)
          """
      ).execute()
    }
    guard db.changesCount == 1 else { throw NotAsRead() }
  }
}

/// Something is not as a decision was made on it; the transaction is rolled back.
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
      day: try row.day("day"), settlement: try Settlement(row: row, of: order),
      refunded: Fen(row["refunded_fen"]), version: row["version"])
  }
}

extension Settlement {
  fileprivate init(row: Row, of order: Order) throws {
    self.init(
      state: try row.value("state"), transactionID: row["transaction_id"], reason: row["reason"],
      void: row["void_requested"], doubt: try Doubt(row: row, of: order), attempts: row["attempts"],
      attemptsOfDay: AttemptsOfDay(day: try row.day("debits_on"), count: row["debits_that_day"]),
      failures: row["failures"], dueAt: row.timestamp("due_at"), concludedAt: row.timestamp("concluded_at"),
      mayBeSent: order.means.collection.mayBeSent)
  }
}

extension Settlement.Doubt {
  /// Earlier versions did not note when they sent: the order was, at some time after it was accepted.
  fileprivate init?(row: Row, of order: Order) throws {
    guard row["outcome_unknown"] else { return nil }
    self.init(
      since: row.timestamp("first_unclear_at") ?? order.acceptedAt,
      sentAt: row.timestamp("sent_at") ?? order.acceptedAt, sends: max(row["sends"], 1),
      notFound: row["not_found"], mayResend: row["may_resend"],
      refusal: try (row["doubted_refusal"] as String?).map { _ in try row.value("doubted_refusal") },
      refusalReason: row["doubted_reason"])
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
      requestedAt: Timestamp(millisecondsSince1970: row["requested_at"]), state: try row.value("state"),
      refundID: row["refund_id"], failure: row["failure"], outcomeIsUnknown: row["outcome_unknown"],
      attempts: row["attempts"], patience: Patience(row: row), dueAt: row.timestamp("due_at"),
      version: row["version"])
  }
}

extension Patience {
  fileprivate init(row: Row) {
    self.init(failures: row["failures"], firstUnclearAt: row.timestamp("first_unclear_at"))
  }
}

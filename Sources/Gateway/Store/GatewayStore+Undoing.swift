import CanteenCore
import Foundation
import GatewayProtocol
import GRDB

/// Voids and refunds as they arrive with a till's entries, and the refunds that are due.
extension GatewayStore {
  /// A void undoes what was not taken; what was taken is given back; what is not known yet is asked first.
  static func take(_ void: VoidOrder, at now: Timestamp, in db: Database, _ events: inout TerminalEventWriter)
    throws
  {
    guard let row = try orderRow(void.outTradeNumber, in: db) else { return }
    let state = OrderState(rawValue: row["state"]) ?? .failed
    let unclear: Bool = row["outcome_unknown"]
    if state.isCharged {
      try giveBack(void.outTradeNumber, row: row, reason: void.reason, at: now, in: db)
    } else if unclear {
      try db.cachedStatement(
        literal: """
          UPDATE customer_order SET void_requested = \(void.reason), due_at = \(now.millisecondsSince1970)
          WHERE out_trade_no = \(void.outTradeNumber.text)
          """
      ).execute()
    } else if state.canBecome(.voided) {
      try db.cachedStatement(
        literal: """
          UPDATE customer_order SET state = 'voided', reason = \(void.reason), due_at = NULL,
            concluded_at = \(now.millisecondsSince1970)
          WHERE out_trade_no = \(void.outTradeNumber.text)
          """
      ).execute()
      if let user = row["out_user_id"] as String?, let day = try? SchoolDay(row["day"]) {
        events.changed(try OutUserID(user), on: day)
      }
    }
  }

  /// Opens the one refund that a late void becomes.
  static func giveBack(
    _ number: OutTradeNumber, row: Row, reason: String, at now: Timestamp, in db: Database
  ) throws {
    let refund = Refund(
      undoing: number, amount: Fen(row["to_collect_fen"]) - Fen(row["refunded_fen"]), reason: reason)
    if refund.amount > .zero { try insert(refund, of: row["terminal_id"], at: now, in: db) }
  }

  static func take(
    _ refund: Refund, of terminal: TerminalID, at now: Timestamp, in db: Database,
    _ events: inout TerminalEventWriter
  ) throws {
    func refuse(_ reason: String) {
      events.add(
        .refundResult(RefundResult(refund: refund, state: .failed, refundID: nil, reason: reason, at: now)))
    }
    guard let row = try orderRow(refund.outTradeNumber, in: db), row["terminal_id"] == terminal.text else {
      return refuse("the order is not known here")
    }
    let asked = try Int64.fetchOne(
      db.cachedStatement(
        sql: "SELECT coalesce(sum(amount_fen), 0) FROM refund WHERE out_trade_no = ? AND state <> 'failed'"),
      arguments: [refund.outTradeNumber.text])
    guard refund.amount > .zero, Fen(asked ?? 0) + refund.amount <= Fen(row["to_collect_fen"]) else {
      return refuse("more than was paid would be given back")
    }
    try insert(refund, of: terminal.text, at: now, in: db)
  }

  private static func insert(_ refund: Refund, of terminal: String, at now: Timestamp, in db: Database) throws
  {
    try db.cachedStatement(
      literal: """
        INSERT INTO refund (out_refund_no, out_trade_no, terminal_id, amount_fen, operator, reason, requested_at,
          state, due_at)
        VALUES (\(refund.outRefundNumber.text), \(refund.outTradeNumber.text), \(terminal),
          \(refund.amount.count), \(refund.operatorID?.text), \(refund.reason), \(now.millisecondsSince1970),
          'requested', \(now.millisecondsSince1970))
        ON CONFLICT DO NOTHING
        """
    ).execute()
  }

  static func orderRow(_ number: OutTradeNumber, in db: Database) throws -> Row? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM customer_order WHERE out_trade_no = ?"), arguments: [number.text]
    )
  }
}

/// A refund whose money is to be given back now.
struct DueRefund: Sendable, Equatable {
  let refund: Refund
  let terminal: TerminalID
  /// What the platform took for the order, and its number of that.
  let charged: Fen
  let orderState: OrderState
  /// The platform may have given it back already; it must be asked before anything is sent again.
  let outcomeIsUnknown: Bool
}

extension GatewayStore {
  func nextDueRefund(at now: Timestamp) async throws -> DueRefund? {
    try await database.read { db in
      try Row.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT r.*, o.to_collect_fen, o.state AS order_state FROM refund r
            JOIN customer_order o USING (out_trade_no)
            WHERE r.due_at <= ? ORDER BY r.due_at, r.out_refund_no LIMIT 1
            """), arguments: [now.millisecondsSince1970]
      ).map { row in
        DueRefund(
          refund: Refund(
            outRefundNumber: try OutRefundNumber(row["out_refund_no"]),
            outTradeNumber: try OutTradeNumber(row["out_trade_no"]), amount: Fen(row["amount_fen"]),
            operatorID: try (row["operator"] as String?).map { try OperatorID($0) }, reason: row["reason"]),
          terminal: try TerminalID(row["terminal_id"]), charged: Fen(row["to_collect_fen"]),
          orderState: OrderState(rawValue: row["order_state"]) ?? .failed,
          outcomeIsUnknown: row["outcome_unknown"])
      }
    }
  }

  /// Written before the platform is called: should this process die now, the outcome is unknown.
  func willSend(_ number: OutRefundNumber) async throws {
    try await database.write { db in
      try db.cachedStatement(sql: "UPDATE refund SET outcome_unknown = 1 WHERE out_refund_no = ?").execute(
        arguments: [number.text])
    }
  }

  func postpone(_ number: OutRefundNumber, until time: Timestamp, outcomeIsUnknown: Bool) async throws {
    try await database.write { db in
      try db.cachedStatement(sql: "UPDATE refund SET outcome_unknown = ?, due_at = ? WHERE out_refund_no = ?")
        .execute(arguments: [outcomeIsUnknown, time.millisecondsSince1970, number.text])
    }
  }

  /// What the platform decided about a refund; an order that is given back whole is refunded.
  func conclude(
    _ due: DueRefund, as state: RefundState, refundID: String?, reason: String?, at now: Timestamp
  )
    async throws
  {
    try await database.write { db in
      let number = due.refund.outTradeNumber.text
      try db.cachedStatement(
        literal: """
          UPDATE refund SET state = \(state.rawValue), refund_id = \(refundID), failure = \(reason),
            outcome_unknown = 0, due_at = NULL
          WHERE out_refund_no = \(due.refund.outRefundNumber.text) AND state = 'requested'
          """
      ).execute()
      guard db.changesCount == 1 else { return }
      if state == .refunded {
        try db.cachedStatement(
          sql: "UPDATE customer_order SET refunded_fen = refunded_fen + ? WHERE out_trade_no = ?"
        ).execute(arguments: [due.refund.amount.count, number])
        try db.cachedStatement(
          sql: """
            UPDATE customer_order SET state = 'refunded'
            WHERE out_trade_no = ? AND refunded_fen >= to_collect_fen
            """
        ).execute(arguments: [number])
      }
      try TerminalEventWriter.write(
        .refundResult(
          RefundResult(refund: due.refund, state: state, refundID: refundID, reason: reason, at: now)),
        for: due.terminal, in: db)
    }
  }
}

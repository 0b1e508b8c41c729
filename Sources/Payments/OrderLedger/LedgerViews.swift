import CanteenCore
import Foundation
import GatewayProtocol
import GRDB

/// The tables made from the entries: orders and where they stand, refunds, shifts, bars, and running sums.
///
/// What they say comes from ``apply(_:sequence:in:)``; only the states `queued` and `uploaded` come from
/// `progress`. When this code changes, or in doubt, every entry is applied again, so the tables can never say
/// anything the signed entries do not.
enum LedgerViews {
  /// Raised whenever the tables or what is written to them changes.
  static let version = 5

  static func rebuildIfOlder(in db: Database) throws {
    guard try Int.fetchOne(db.cachedStatement(sql: "SELECT views_version FROM progress")) != version else {
      return
    }
    try rebuild(in: db)
  }

  static func rebuild(in db: Database) throws {
    try db.execute(sql: drop)
    try db.execute(sql: create)
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT sequence, payload FROM entry ORDER BY sequence"))
    while let row = try rows.next() {
      let payload = try CanonicalJSON.decode(LedgerPayload.self, from: row["payload"])
      try apply(payload, sequence: row["sequence"], in: db)
    }
    try db.execute(
      sql: """
        UPDATE booked_order SET state = 'uploaded' WHERE state = 'accepted'
          AND sequence <= (SELECT uploaded_through FROM progress);
        UPDATE booked_order SET state = 'queued' WHERE state = 'accepted'
          AND sequence <= (SELECT queued_through FROM progress);
        UPDATE progress SET views_version = \(version);
        """)
  }

  static func apply(_ payload: LedgerPayload, sequence: Int64, in db: Database) throws {
    switch payload {
    case .orderAccepted(let order): try insert(order, sequence: sequence, in: db)
    case .orderResult(let result): try apply(result, in: db)
    case .orderVoided(let void):
      try note(.void, by: void.operatorID, sequence: sequence, in: db)
      try setState(.voided, of: void.outTradeNumber, reason: void.reason, in: db)
    case .refundRequested(let refund):
      try insert(refund, sequence: sequence, in: db)
      if let staff = refund.operatorID { try note(.refund, by: staff, sequence: sequence, in: db) }
    case .refundResult(let result): try apply(result, sequence: sequence, in: db)
    case .shiftOpened(let shift):
      try note(.openShift, by: shift.operatorID, sequence: sequence, in: db)
      try db.cachedStatement(sql: "INSERT INTO shift (number, operator, opened_at) VALUES (?, ?, ?)")
        .execute(arguments: [
          shift.number, shift.operatorID.text, shift.openedAt.millisecondsSince1970,
        ])
    case .shiftClosed(let closed):
      try note(.closeShift, by: closed.operatorID, sequence: sequence, in: db)
      try db.cachedStatement(sql: "UPDATE shift SET closed_at = ?, closed_by = ? WHERE number = ?")
        .execute(arguments: [closed.at.millisecondsSince1970, closed.operatorID.text, closed.shift])
    case .userStanding(let standing):
      try db.cachedStatement(sql: "DELETE FROM user_bar WHERE out_user_id = ?")
        .execute(arguments: [standing.user.text])
      if let bar = standing.bar {
        try db.cachedStatement(sql: "INSERT INTO user_bar (out_user_id, bar) VALUES (?, ?)")
          .execute(arguments: [standing.user.text, bar.rawValue])
      }
    case .staffAction(let record):
      try note(record.action, by: record.operatorID, sequence: sequence, in: db)
    case .codePresented(let order):
      try db.cachedStatement(sql: "INSERT OR IGNORE INTO open_code (out_trade_no, sequence) VALUES (?, ?)")
        .execute(arguments: [order.outTradeNumber.text, sequence])
    case .codeClosed(let closed): try closeCode(closed.order.outTradeNumber, in: db)
    case .broughtBack(let entry): try bringBack(entry, sequence: sequence, in: db)
    case .clockJumped: break
    }
  }

  /// What the entry says, where the ledger that took its place does not say otherwise.
  private static func bringBack(_ entry: LedgerEntry, sequence: Int64, in db: Database) throws {
    guard let payload = entry.broughtBackPayload, !payload.isToldByGateway else { return }
    let isNew: Bool
    switch payload {
    case .orderAccepted(let order), .codePresented(let order):
      isNew = try !exists("booked_order", "out_trade_no", order.outTradeNumber.text, in: db)
    case .refundRequested(let refund):
      isNew = try !exists("refund", "out_refund_no", refund.outRefundNumber.text, in: db)
    case .shiftOpened(let shift): isNew = try !exists("shift", "number", shift.number, in: db)
    case .shiftClosed(let closed):
      isNew =
        try Bool.fetchOne(
          db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM shift WHERE number = ? AND closed_at IS NULL)"),
          arguments: [closed.shift]) ?? false
    case .orderVoided(let void):
      let state: OrderState? = try Row.fetchOne(
        db.cachedStatement(sql: "SELECT state FROM booked_order WHERE out_trade_no = ?"),
        arguments: [void.outTradeNumber.text]
      )?.word("state")
      isNew = state?.canBeVoided ?? false
    default: isNew = true
    }
    try db.cachedStatement(sql: "INSERT INTO brought_back VALUES (?, ?) ON CONFLICT DO NOTHING").execute(
      arguments: [entry.hash, isNew && payload.bookedOrder != nil])
    if isNew { try apply(payload, sequence: sequence, in: db) }
  }

  private static func exists(
    _ table: String, _ column: String, _ value: some DatabaseValueConvertible, in db: Database
  ) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM \(table) WHERE \(column) = ?)"),
      arguments: [value])
      ?? false
  }

  private static func note(
    _ action: StaffAction, by staff: OperatorID, sequence: Int64, in db: Database
  ) throws {
    try db.cachedStatement(sql: "INSERT INTO staff_action (sequence, operator, action) VALUES (?, ?, ?)")
      .execute(arguments: [sequence, staff.text, action.rawValue])
  }

  private static func closeCode(_ number: OutTradeNumber, in db: Database) throws {
    try db.cachedStatement(sql: "DELETE FROM open_code WHERE out_trade_no = ?").execute(arguments: [
      number.text
    ])
  }

  private static func insert(_ order: Order, sequence: Int64, in db: Database) throws {
    if case .paymentCode = order.means.collection { try closeCode(order.outTradeNumber, in: db) }
    try db.cachedStatement(
      sql: """
        INSERT INTO booked_order (out_trade_no, sequence, amount_fen, subsidy_fen, to_collect_fen, mode, period,
          day, out_user_id, display_name, operator, shift, accepted_at, state, payer, collection)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'accepted', ?, ?)
        """
    ).execute(
      arguments: [
        order.outTradeNumber.text, sequence, order.amount.count, order.subsidy.count, order.toCollect.count,
        order.amountMode.rawValue, order.period?.text ?? "", order.day?.description ?? "",
        order.user?.outUserID.text, order.user?.displayName, order.operatorID?.text ?? "", order.shift ?? 0,
        order.acceptedAt.millisecondsSince1970, order.means.payer.kind.rawValue,
        order.means.collection.kind.rawValue,
      ])
  }

  private static func apply(_ result: OrderResult, in db: Database) throws {
    try db.cachedStatement(
      sql: "UPDATE booked_order SET state = ?, transaction_id = ?, reason = ? WHERE out_trade_no = ?"
    ).execute(arguments: [
      result.state.rawValue, result.transactionID, result.reason, result.outTradeNumber.text,
    ])
  }

  private static func setState(
    _ state: OrderState, of number: OutTradeNumber, reason: String?, in db: Database
  ) throws {
    try db.cachedStatement(sql: "UPDATE booked_order SET state = ?, reason = ? WHERE out_trade_no = ?")
      .execute(arguments: [state.rawValue, reason, number.text])
  }

  private static func insert(_ refund: Refund, sequence: Int64, in db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO refund (out_refund_no, out_trade_no, sequence, amount_fen, operator, reason, state)
        VALUES (?, ?, ?, ?, ?, ?, 'requested')
        """
    ).execute(arguments: [
      refund.outRefundNumber.text, refund.outTradeNumber.text, sequence, refund.amount.count,
      refund.operatorID?.text, refund.reason,
    ])
  }

  private static func apply(_ result: RefundResult, sequence: Int64, in db: Database) throws {
    let known = try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM refund WHERE out_refund_no = ?)"),
      arguments: [result.refund.outRefundNumber.text])
    if known != true { try insert(result.refund, sequence: sequence, in: db) }
    try db.cachedStatement(
      sql: "UPDATE refund SET state = ?, refund_id = ?, failure = ? WHERE out_refund_no = ?"
    ).execute(arguments: [
      result.state.rawValue, result.refundID, result.reason, result.refund.outRefundNumber.text,
    ])
    guard result.state == .refunded else { return }
    let number = result.refund.outTradeNumber.text
    try db.cachedStatement(
      sql: "UPDATE booked_order SET refunded_fen = refunded_fen + ? WHERE out_trade_no = ?"
    ).execute(arguments: [result.refund.amount.count, number])
    try db.cachedStatement(
      sql: """
        UPDATE booked_order SET state = 'refunded' WHERE out_trade_no = ? AND refunded_fen >= to_collect_fen
        """
    ).execute(arguments: [number])
  }
}

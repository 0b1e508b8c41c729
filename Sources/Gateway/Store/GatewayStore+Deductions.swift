package import CanteenCore
import Foundation
import GatewayProtocol
import GRDB

/// An order whose money is to be taken now.
struct DueOrder: Sendable, Equatable {
  let order: Order
  let terminal: TerminalID
  let state: OrderState
  /// The platform may have taken the money already; it must be asked before anything is sent again.
  let outcomeIsUnknown: Bool
  let attempts: Int
  /// Tries on the school's day of the last try.
  let debits: (day: String, count: Int)
  /// Why staff want it undone, when they do.
  let voidRequested: String?

  static func == (lhs: DueOrder, rhs: DueOrder) -> Bool {
    lhs.order == rhs.order && lhs.state == rhs.state && lhs.outcomeIsUnknown == rhs.outcomeIsUnknown
      && lhs.attempts == rhs.attempts
  }
}

extension GatewayStore {
  /// The order that has waited longest among those due.
  func nextDueOrder(at now: Timestamp) async throws -> DueOrder? {
    try await database.read { db in
      try Row.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT o.*, e.payload FROM customer_order o
            JOIN ledger_entry e ON e.terminal_id = o.terminal_id AND e.sequence = o.sequence
            WHERE o.due_at <= ? ORDER BY o.due_at, o.accepted_at, o.out_trade_no LIMIT 1
            """), arguments: [now.millisecondsSince1970]
      ).flatMap { row in
        let payload = try CanonicalJSON.decode(LedgerPayload.self, from: row["payload"])
        guard let order = payload.orderToSettle else { return nil }
        return DueOrder(
          order: order, terminal: try TerminalID(row["terminal_id"]),
          state: OrderState(rawValue: row["state"]) ?? .uploaded, outcomeIsUnknown: row["outcome_unknown"],
          attempts: row["attempts"], debits: (row["debits_on"], row["debits_that_day"]),
          voidRequested: row["void_requested"])
      }
    }
  }

  /// When the next order or refund falls due, so that nobody has to look before.
  package func nextDueTime() async throws -> Timestamp? {
    try await database.read { db in
      try Int64.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT min(due_at) FROM (
              SELECT min(due_at) AS due_at FROM customer_order WHERE due_at IS NOT NULL
              UNION ALL SELECT min(due_at) FROM refund WHERE due_at IS NOT NULL)
            """)
      ).map(Timestamp.init(millisecondsSince1970:))
    }
  }

  /// Written before the platform is called: should this process die now, the outcome is unknown.
  ///
  /// - Returns: false when staff voided the order meanwhile; then nothing may be sent.
  func willSend(_ number: OutTradeNumber, on day: SchoolDay) async throws -> Bool {
    try await database.write { db in
      try db.cachedStatement(
        literal: """
          UPDATE customer_order SET outcome_unknown = 1, attempts = attempts + 1,
            debits_that_day = CASE debits_on WHEN \(day.description) THEN debits_that_day + 1 ELSE 1 END,
            debits_on = \(day.description)
          WHERE out_trade_no = \(number.text) AND state IN ('uploaded', 'delayed') AND void_requested IS NULL
          """
      ).execute()
      return db.changesCount == 1
    }
  }

  /// Tries again at `time`: a query first when the outcome is unknown, else the same order once more.
  func postpone(_ number: OutTradeNumber, until time: Timestamp, outcomeIsUnknown: Bool) async throws {
    try await database.write { db in
      try db.cachedStatement(
        sql: """
          UPDATE customer_order SET outcome_unknown = ?, due_at = ?
          WHERE out_trade_no = ? AND state IN ('uploaded', 'delayed')
          """
      ).execute(arguments: [outcomeIsUnknown, time.millisecondsSince1970, number.text])
    }
  }

  /// What the platform decided. A step that cannot follow changes nothing.
  ///
  /// A void that was asked for meanwhile is kept: what was taken is given back, what was not is void.
  ///
  /// - Parameter retryAt: when to try again, for a delayed deduction.
  func conclude(_ due: DueOrder, with result: OrderResult, retryAt: Timestamp?) async throws {
    try await database.write { db in
      let number = result.outTradeNumber
      guard let row = try Self.orderRow(number, in: db), let state = OrderState(rawValue: row["state"]),
        state.canBecome(result.state) || state == result.state
      else { return }
      let void: String? = row["void_requested"]
      var (result, retryAt) = (result, retryAt)
      if let void, !result.state.isCharged {
        result = OrderResult(
          outTradeNumber: number, state: .voided, transactionID: nil, reason: void, at: result.at)
        retryAt = nil
      }
      try db.cachedStatement(
        literal: """
          UPDATE customer_order
          SET state = \(result.state.rawValue), transaction_id = \(result.transactionID),
            reason = \(result.reason), outcome_unknown = 0, due_at = \(retryAt?.millisecondsSince1970),
            concluded_at = \(result.at.millisecondsSince1970)
          WHERE out_trade_no = \(number.text)
          """
      ).execute()
      var events = TerminalEventWriter(terminal: due.terminal)
      if state != result.state { events.add(.orderResult(result)) }
      if state.stands != result.state.stands { events.sold(due.order) }
      if let void, result.state.isCharged {
        try Self.giveBack(number, row: row, reason: void, at: result.at, in: db)
      }
      try events.publish(in: db)
    }
  }
}

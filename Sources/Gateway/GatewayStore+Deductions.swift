import CanteenCore
import Foundation
import GRDB
import GatewayProtocol

/// An order whose money is to be taken now.
struct DueOrder: Sendable, Equatable {
  let order: Order
  let terminal: TerminalID
  let state: OrderState
  /// The platform may have taken the money already; it must be asked before anything is sent again.
  let outcomeIsUnknown: Bool
  let attempts: Int
}

extension GatewayStore {
  /// The order that has waited longest among those due.
  func nextDueOrder(at now: Timestamp) async throws -> DueOrder? {
    try await database.read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT o.*, e.payload FROM customer_order o
          JOIN ledger_entry e ON e.terminal_id = o.terminal_id AND e.sequence = o.sequence
          WHERE o.due_at <= ? ORDER BY o.due_at, o.accepted_at LIMIT 1
          """, arguments: [now.millisecondsSince1970]
      ).flatMap { row in
        guard
          case .orderAccepted(let order) = try CanonicalJSON.decode(LedgerPayload.self, from: row["payload"])
        else { return nil }
        return DueOrder(
          order: order, terminal: try TerminalID(row["terminal_id"]),
          state: OrderState(rawValue: row["state"]) ?? .uploaded, outcomeIsUnknown: row["outcome_unknown"],
          attempts: row["attempts"])
      }
    }
  }

  /// When the next order falls due, so that nobody has to look before.
  func nextDueTime() async throws -> Timestamp? {
    try await database.read { db in
      try Int64.fetchOne(db, sql: "SELECT min(due_at) FROM customer_order")
        .map(Timestamp.init(millisecondsSince1970:))
    }
  }

  /// Written before the platform is called: should this process die now, the outcome is unknown.
  func willSend(_ number: OutTradeNumber) async throws {
    try await database.write { db in
      try db.execute(
        sql: "UPDATE customer_order SET outcome_unknown = 1, attempts = attempts + 1 WHERE out_trade_no = ?",
        arguments: [number.text])
    }
  }

  /// Tries again at `time`: a query first when the outcome is unknown, else the same order once more.
  func postpone(_ number: OutTradeNumber, until time: Timestamp, outcomeIsUnknown: Bool) async throws {
    try await database.write { db in
      try db.execute(
        sql: "UPDATE customer_order SET outcome_unknown = ?, due_at = ? WHERE out_trade_no = ?",
        arguments: [outcomeIsUnknown, time.millisecondsSince1970, number.text])
    }
  }

  /// What the platform decided. A step that cannot follow changes nothing.
  ///
  /// - Parameter retryAt: when to try again, for a delayed deduction.
  func conclude(_ due: DueOrder, with result: OrderResult, retryAt: Timestamp?) async throws {
    try await database.write { db in
      let number = result.outTradeNumber.text
      let known = try String.fetchOne(
        db, sql: "SELECT state FROM customer_order WHERE out_trade_no = ?", arguments: [number])
      guard let state = known.flatMap(OrderState.init), state.canBecome(result.state) || state == result.state
      else { return }
      try db.execute(
        sql: """
          UPDATE customer_order
          SET state = ?, transaction_id = ?, reason = ?, outcome_unknown = 0, due_at = ?
          WHERE out_trade_no = ?
          """,
        arguments: [
          result.state.rawValue, result.transactionID, result.reason, retryAt?.millisecondsSince1970, number,
        ])
      if state != result.state { try Self.add(result, for: due.terminal, in: db) }
    }
  }

  func orders(atMost count: Int) async throws -> [GatewayOrder] {
    try await database.read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM customer_order ORDER BY accepted_at DESC LIMIT ?", arguments: [count]
      ).map(GatewayOrder.init)
    }
  }
}

/// One order as the gateway lists it.
struct GatewayOrder: Sendable, Codable {
  let outTradeNumber: String
  let terminal: String
  let amount: Fen
  let state: String
  let transactionID: String?
  let reason: String?
  let attempts: Int
  let acceptedAt: Timestamp

  fileprivate init(row: Row) {
    outTradeNumber = row["out_trade_no"]
    terminal = row["terminal_id"]
    amount = Fen(row["amount_fen"])
    state = row["state"]
    transactionID = row["transaction_id"]
    reason = row["reason"]
    attempts = row["attempts"]
    acceptedAt = Timestamp(millisecondsSince1970: row["accepted_at"])
  }

  private enum CodingKeys: String, CodingKey {
    case outTradeNumber = "out_trade_no"
    case terminal = "terminal_id"
    case amount = "amount_fen"
    case state
    case transactionID = "transaction_id"
    case reason
    case attempts
    case acceptedAt = "accepted_at"
  }
}

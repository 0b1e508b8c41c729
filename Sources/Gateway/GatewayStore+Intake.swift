import CanteenCore
import Foundation
import GRDB
import GatewayProtocol

extension GatewayStore {
  /// Takes ledger entries of one till in order, each once, and opens an order for each sale among them.
  ///
  /// An entry that is there already is answered like the first time. The first entry that breaks the chain
  /// or its signature is refused, and so is everything after it; what came before is stored (I9).
  func take(_ entries: [LedgerEntry], of terminal: PairedTerminal, at now: Timestamp) async throws
    -> [OrderUploadAnswer.Answer]
  {
    try await database.write { db in
      var answers: [OrderUploadAnswer.Answer] = []
      for entry in entries {
        if let reason = try Self.reasonToRefuse(entry, of: terminal, in: db) {
          answers.append(.init(sequence: entry.sequence, outcome: .refused, reason: reason))
          break
        }
        if try !Self.has(entry, in: db) { try Self.store(entry, at: now, in: db) }
        answers.append(.init(sequence: entry.sequence, outcome: .stored))
      }
      return answers
    }
  }

  private static func reasonToRefuse(
    _ entry: LedgerEntry, of terminal: PairedTerminal, in db: Database
  ) throws -> String? {
    guard entry.terminal == terminal.id else { return "the entry belongs to till \(entry.terminal)" }
    guard (try? entry.verify(by: terminal.deviceKey)) != nil else {
      return "the signature is not this till's"
    }
    guard (try? entry.decodedPayload()) != nil else { return "the payload cannot be read" }
    let stored = try Data.fetchOne(
      db, sql: "SELECT hash FROM ledger_entry WHERE terminal_id = ? AND sequence = ?",
      arguments: [terminal.id.text, entry.sequence])
    if let stored {
      return stored == entry.hash ? nil : "another entry \(entry.sequence) is stored: the ledger has forked"
    }
    let last = try Row.fetchOne(
      db, sql: "SELECT sequence, hash FROM ledger_entry WHERE terminal_id = ? ORDER BY sequence DESC LIMIT 1",
      arguments: [terminal.id.text])
    let expected = (last?["sequence"] as Int64? ?? 0) + 1
    guard entry.sequence == expected else { return "entry \(expected) is missing before \(entry.sequence)" }
    guard entry.previousHash == last?["hash"] as Data? ?? LedgerEntry.firstPreviousHash else {
      return "the chain does not continue entry \(expected - 1)"
    }
    return nil
  }

  private static func has(_ entry: LedgerEntry, in db: Database) throws -> Bool {
    try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM ledger_entry WHERE terminal_id = ? AND sequence = ?)",
      arguments: [entry.terminal.text, entry.sequence]) ?? false
  }

  private static func store(_ entry: LedgerEntry, at now: Timestamp, in db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO ledger_entry
          (terminal_id, sequence, previous_hash, recorded_at, payload, signature, hash, received_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        entry.terminal.text, entry.sequence, entry.previousHash, entry.recordedAt.millisecondsSince1970,
        entry.payload, entry.signature, entry.hash, now.millisecondsSince1970,
      ])
    guard case .orderAccepted(let order) = try entry.decodedPayload() else { return }
    try open(order, from: entry, at: now, in: db)
  }

  private static func open(_ order: Order, from entry: LedgerEntry, at now: Timestamp, in db: Database) throws
  {
    let known = try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM customer_order WHERE out_trade_no = ?)",
      arguments: [order.outTradeNumber.text])
    if known == true {
      // The chain is kept whole; the second sale under one number is never charged, and the till is told.
      try add(
        OrderResult(
          outTradeNumber: order.outTradeNumber, state: .failed, transactionID: nil,
          reason: "this order number was used by another till", at: now),
        for: entry.terminal, in: db)
      return
    }
    let takenByStaff = order.user == nil
    try db.execute(
      sql: """
        INSERT INTO customer_order
          (out_trade_no, terminal_id, sequence, amount_fen, out_user_id, accepted_at, state, due_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        order.outTradeNumber.text, entry.terminal.text, entry.sequence, order.amount.count,
        order.user?.outUserID.text, order.acceptedAt.millisecondsSince1970,
        (takenByStaff ? OrderState.takenByStaff : .uploaded).rawValue,
        takenByStaff ? nil : now.millisecondsSince1970,
      ])
    if takenByStaff {
      try add(
        OrderResult(
          outTradeNumber: order.outTradeNumber, state: .takenByStaff, transactionID: nil, reason: nil, at: now
        ),
        for: entry.terminal, in: db)
    }
  }

  static func add(_ result: OrderResult, for terminal: TerminalID, in db: Database) throws {
    try db.execute(
      sql: "INSERT INTO order_result (terminal_id, result) VALUES (?, ?)",
      arguments: [terminal.text, try CanonicalJSON.text(result)])
  }

  /// News for one till after a cursor.
  func results(for terminal: TerminalID, after cursor: Int64, atMost count: Int = 200) async throws
    -> OrderResults
  {
    try await database.read { db in
      let rows = try Row.fetchAll(
        db,
        sql:
          "SELECT cursor, result FROM order_result WHERE terminal_id = ? AND cursor > ? ORDER BY cursor LIMIT ?",
        arguments: [terminal.text, cursor, count])
      return OrderResults(
        results: try rows.map { try CanonicalJSON.decode(OrderResult.self, from: $0["result"]) },
        cursor: rows.last?["cursor"] ?? cursor)
    }
  }
}

package import CanteenCore
import Crypto
import Foundation
import GRDB
import GatewayProtocol

/// What is read before a decision about orders, and how a decision is written.
extension SQLiteGatewayStore {
  package func intakeView(
    of terminal: TerminalID, sequences: Set<Int64>, orders: Set<OutTradeNumber>,
    refunds: Set<OutRefundNumber>
  ) async throws -> IntakeView {
    try await database.read { db in
      let hashes = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT sequence, hash FROM ledger_entry
            WHERE terminal_id = ? AND sequence IN (SELECT value FROM json_each(?))
            """), arguments: [terminal.text, try CanonicalJSON.text(Array(sequences))])
      return IntakeView(
        end: try Self.chainEnd(of: terminal, in: db),
        hashes: Dictionary(uniqueKeysWithValues: hashes.map { ($0["sequence"], $0["hash"]) }),
        book: try Self.bookView(of: orders, refunds: refunds, in: db))
    }
  }

  package func commit(_ decision: OrderDecision, ending claim: Claim?) async throws -> Bool {
    do {
      try await database.write { db in
        if let entries = decision.entries { try Self.append(entries, in: db) }
        for record in decision.orders { try Self.write(record, in: db) }
        for record in decision.refunds { try Self.write(record, in: db) }
        if let raised = decision.alarm {
          try db.cachedStatement(
            sql: "UPDATE terminal SET alarm = ? WHERE terminal_id = ? AND alarm IS NOT 'forked'"
          )
          .execute(arguments: [raised.alarm.rawValue, raised.terminal.text])
        }
        if let claim { try Self.end(claim, in: db) }
        // Last, so that the counter of cursors is held no longer than it must be.
        try Self.write(decision.events, in: db)
      }
      return true
    } catch is NotAsRead {
      return false
    }
  }

  private static func append(_ new: NewEntries, in db: Database) throws {
    guard try chainEnd(of: new.terminal, in: db) == new.after else { throw NotAsRead() }
    if let writer = new.writer {
      let key = try Data.fetchOne(
        db.cachedStatement(sql: "SELECT device_key FROM terminal WHERE terminal_id = ?"),
        arguments: [new.terminal.text])
      guard key == writer.x963Representation else { throw NotAsRead() }
    }
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO ledger_entry
          (terminal_id, sequence, previous_hash, recorded_at, payload, signature, hash, received_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """)
    for entry in new.entries {
      try statement.execute(arguments: [
        entry.terminal.text, entry.sequence, entry.previousHash, entry.recordedAt.millisecondsSince1970,
        entry.payload, entry.signature, entry.hash, new.receivedAt.millisecondsSince1970,
      ])
    }
  }

  static func chainEnd(of terminal: TerminalID, in db: Database) throws -> LedgerPoint {
    try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT sequence, hash FROM ledger_entry WHERE terminal_id = ? ORDER BY sequence DESC LIMIT 1"),
      arguments: [terminal.text]
    ).map { LedgerPoint(sequence: $0["sequence"], hash: $0["hash"]) } ?? .start
  }
}

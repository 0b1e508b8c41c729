package import CanteenCore
package import Foundation
import GRDB
package import GatewayProtocol

extension SQLiteGatewayStore {
  package func chainEnd(of terminal: TerminalID) async throws -> LedgerPoint {
    try await database.read { db in try Self.chainEnd(of: terminal, in: db) }
  }

  package func held(of terminal: TerminalID, at sequence: Int64) async throws -> HeldEntries {
    try await database.read { db in
      let end = try Self.chainEnd(of: terminal, in: db)
      guard sequence < end.sequence else { return HeldEntries(end: end, point: end) }
      guard sequence > 0 else { return HeldEntries(end: end, point: .start) }
      let hash = try Data.fetchOne(
        db.cachedStatement(sql: "SELECT hash FROM ledger_entry WHERE terminal_id = ? AND sequence = ?"),
        arguments: [terminal.text, sequence])
      guard let hash else { throw StoreDamaged(what: "entry \(sequence) of till \(terminal) is missing") }
      return HeldEntries(end: end, point: LedgerPoint(sequence: sequence, hash: hash))
    }
  }

  package func note(
    _ head: LedgerHead, alarm: TerminalAlarm?, endsFork: Bool, of terminal: TerminalID, at now: Timestamp
  ) async throws {
    try await database.write { db in
      try db.cachedStatement(
        literal: """
          UPDATE terminal SET head = \(try CanonicalJSON.text(head)), 
            alarm = CASE WHEN alarm = 'forked' AND NOT \(endsFork) THEN 'forked' ELSE \(alarm?.rawValue) END,
            seen_at = \(now.millisecondsSince1970)
          WHERE terminal_id = \(terminal.text)
          """
      ).execute()
    }
  }

  package func entries(of terminal: TerminalID, after sequence: Int64, atMost count: Int) async throws
    -> [LedgerEntry]
  {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: "SELECT * FROM ledger_entry WHERE terminal_id = ? AND sequence > ? ORDER BY sequence LIMIT ?"),
        arguments: [terminal.text, sequence, count]
      ).map { row in
        LedgerEntry(
          terminal: terminal, sequence: row["sequence"], previousHash: row["previous_hash"],
          recordedAt: Timestamp(millisecondsSince1970: row["recorded_at"]), payload: row["payload"],
          signature: row["signature"])
      }
    }
  }

  package func keepStrays(_ entries: [LedgerEntry], of terminal: TerminalID, at now: Timestamp) async throws
    -> Int
  {
    try await database.write { db in
      var waiting = 0
      for entry in entries {
        try db.cachedStatement(
          sql: """
            INSERT INTO stray_entry (terminal_id, hash, entry, received_at) VALUES (?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """
        ).execute(arguments: [
          terminal.text, entry.hash, CanonicalJSON.text(entry), now.millisecondsSince1970,
        ])
        waiting +=
          try Int.fetchOne(
            db.cachedStatement(
              sql: "SELECT NOT is_taken FROM stray_entry WHERE terminal_id = ? AND hash = ?"),
            arguments: [terminal.text, entry.hash]) ?? 0
      }
      return waiting
    }
  }

  package func strayCounts() async throws -> [TerminalID: Int] {
    try await database.read { db in
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql:
            "SELECT terminal_id, count(*) AS count FROM stray_entry WHERE NOT is_taken GROUP BY terminal_id"))
      return Dictionary(
        uniqueKeysWithValues: try rows.map { (try TerminalID($0["terminal_id"]), $0["count"]) })
    }
  }

  package func isStray(_ hash: Data, of terminal: TerminalID) async throws -> Bool {
    try await database.read { db in
      try Bool.fetchOne(
        db.cachedStatement(
          sql: "SELECT EXISTS (SELECT 1 FROM stray_entry WHERE terminal_id = ? AND hash = ?)"),
        arguments: [terminal.text, hash]) ?? false
    }
  }

  package func strays(of terminal: TerminalID, after place: Int64) async throws -> StrayEntries {
    if place > 0 {
      try await database.write { db in
        try db.cachedStatement(
          sql: "UPDATE stray_entry SET is_taken = 1 WHERE terminal_id = ? AND place <= ? AND NOT is_taken"
        ).execute(arguments: [terminal.text, place])
      }
    }
    return try await database.read { db in
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql:
            "SELECT place, entry FROM stray_entry WHERE terminal_id = ? AND place > ? ORDER BY place LIMIT ?"),
        arguments: [terminal.text, place, StrayEntries.mostEntries])
      return StrayEntries(
        entries: try rows.map { try CanonicalJSON.decode(LedgerEntry.self, from: $0["entry"]) },
        next: rows.last?["place"])
    }
  }
}

package import CanteenCore
import Crypto
package import Foundation
import GRDB
package import GatewayProtocol

extension SQLiteGatewayStore {
  package func add(pairingCode code: String, for terminal: TerminalID, expiresAt: Timestamp) async throws {
    try await database.write { db in
      try db.cachedStatement(
        sql: "INSERT INTO pairing_code (code_hash, terminal_id, expires_at) VALUES (?, ?, ?)"
      ).execute(arguments: [Self.hash(code), terminal.text, expiresAt.millisecondsSince1970])
    }
  }

  package func terminal(pairingWith code: String, at now: Timestamp) async throws -> TerminalID? {
    try await database.read { db in
      try String.fetchOne(
        db.cachedStatement(
          sql: "SELECT terminal_id FROM pairing_code WHERE code_hash = ? AND expires_at > ?"),
        arguments: [Self.hash(code), now.millisecondsSince1970]
      ).map { try TerminalID($0) }
    }
  }

  package func redeem(
    pairingCode code: String, at now: Timestamp, deviceKey: Data, sealingKey: Data, certificate: String
  ) async throws -> TerminalID? {
    try await database.write { db in
      let terminal = try String.fetchOne(
        db.cachedStatement(
          sql: "DELETE FROM pairing_code WHERE code_hash = ? AND expires_at > ? RETURNING terminal_id"),
        arguments: [Self.hash(code), now.millisecondsSince1970]
      ).map { try TerminalID($0) }
      guard let terminal else { return nil }
      try db.cachedStatement(
        sql: """
          INSERT INTO terminal (terminal_id, device_key, sealing_key, certificate, paired_at)
          VALUES (?, ?, ?, ?, ?)
          """
      ).execute(arguments: [terminal.text, deviceKey, sealingKey, certificate, now.millisecondsSince1970])
      return terminal
    }
  }

  package func terminal(_ id: TerminalID) async throws -> PairedTerminal? {
    try await database.read { db in
      try Row.fetchOne(
        db.cachedStatement(sql: "SELECT device_key, sealing_key FROM terminal WHERE terminal_id = ?"),
        arguments: [id.text]
      ).map { row in
        PairedTerminal(
          id: id, deviceKey: try P256.Signing.PublicKey(x963Representation: row["device_key"] as Data),
          sealingKey: try P256.KeyAgreement.PublicKey(x963Representation: row["sealing_key"] as Data))
      }
    }
  }

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

  package func note(_ head: LedgerHead, alarm: TerminalAlarm?, of terminal: TerminalID, at now: Timestamp)
    async throws
  {
    try await database.write { db in
      try db.cachedStatement(
        literal: """
          UPDATE terminal SET head = \(try CanonicalJSON.text(head)), alarm = \(alarm?.rawValue),
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

  static func isPaired(_ terminal: TerminalID, in db: Database) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM terminal WHERE terminal_id = ?)"),
      arguments: [terminal.text]) ?? false
  }

  /// A code is as good as a password until it is used, so only its hash is kept.
  private static func hash(_ code: String) -> Data {
    let plain = code.uppercased().filter { $0 != "-" }
    return Data(SHA256.hash(data: Data("canteen-pairing-1 \(plain)".utf8)))
  }
}

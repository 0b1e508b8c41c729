package import CanteenCore
package import Crypto
package import Foundation
import GatewayProtocol
import GRDB

/// A till as the gateway knows it.
package struct PairedTerminal: Sendable {
  package let id: TerminalID
  package let deviceKey: P256.Signing.PublicKey
  package let sealingKey: P256.KeyAgreement.PublicKey
}

extension GatewayStore {
  package func add(pairingCode code: String, for terminal: TerminalID, expiresAt: Timestamp) async throws {
    try await database.write { db in
      try db.cachedStatement(
        sql: "INSERT INTO pairing_code (code_hash, terminal_id, expires_at) VALUES (?, ?, ?)"
      ).execute(arguments: [Self.hash(code), terminal.text, expiresAt.millisecondsSince1970])
    }
  }

  /// Uses a code up. nil when it is unknown, used or too old.
  ///
  /// `register` makes the certificate; when it throws, the code stays good.
  package func redeem(
    pairingCode code: String, at now: Timestamp, deviceKey: Data, sealingKey: Data,
    register: @Sendable (TerminalID) throws -> String
  ) async throws -> (terminal: TerminalID, certificate: String)? {
    try await database.write { db in
      let found = try String.fetchOne(
        db.cachedStatement(
          sql: "DELETE FROM pairing_code WHERE code_hash = ? AND expires_at > ? RETURNING terminal_id"),
        arguments: [Self.hash(code), now.millisecondsSince1970])
      guard let terminal = try found.map({ try TerminalID($0) }) else { return nil }
      let certificate = try register(terminal)
      try db.cachedStatement(
        sql: """
          INSERT INTO terminal (terminal_id, device_key, sealing_key, certificate, paired_at)
          VALUES (?, ?, ?, ?, ?)
          """
      ).execute(arguments: [terminal.text, deviceKey, sealingKey, certificate, now.millisecondsSince1970])
      return (terminal, certificate)
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

  func terminalIsPaired(_ id: TerminalID) async throws -> Bool {
    try await terminal(id) != nil
  }

  /// A code is as good as a password until it is used, so only its hash is kept.
  private static func hash(_ code: String) -> Data {
    let plain = code.uppercased().filter { $0 != "-" }
    return Data(SHA256.hash(data: Data("canteen-pairing-1 \(plain)".utf8)))
  }
}

/// What is wrong with a till's ledger; a person has to look.
enum TerminalAlarm: String, Sendable, Codable {
  /// Two entries claim one place: a copied box sells, or an old disk came back and went on.
  case forked
  /// The till's ledger ends before what it uploaded: an old disk came back.
  case behind
  /// An order that no till of ours writes.
  case unsound
}

extension GatewayStore {
  static func raise(_ alarm: TerminalAlarm, over terminal: TerminalID, in db: Database) throws {
    try db.cachedStatement(sql: "UPDATE terminal SET alarm = ? WHERE terminal_id = ?").execute(arguments: [
      alarm.rawValue, terminal.text,
    ])
  }

  /// Compares where a till says its ledger ends with what it uploaded before.
  ///
  /// - Returns: what is wrong; nil when the end is the one that is known, or goes on from it.
  func note(_ head: LedgerHead, of terminal: TerminalID, at now: Timestamp) async throws -> TerminalAlarm? {
    try await database.write { db in
      let known = try Row.fetchOne(
        db.cachedStatement(
          sql: "SELECT sequence, hash FROM ledger_entry WHERE terminal_id = ? ORDER BY sequence DESC LIMIT 1"),
        arguments: [terminal.text])
      var alarm: TerminalAlarm?
      if let known, head.sequence < known["sequence"] as Int64 {
        alarm = .behind
      } else if let known, head.sequence == known["sequence"] as Int64, head.hash != known["hash"] as Data {
        alarm = .forked
      }
      try db.cachedStatement(
        literal: """
          UPDATE terminal SET head = \(try CanonicalJSON.text(head)), alarm = \(alarm?.rawValue),
            seen_at = \(now.millisecondsSince1970)
          WHERE terminal_id = \(terminal.text)
          """
      ).execute()
      return alarm
    }
  }

  /// Entries the till lost with its disk, as it signed them: with them it can go on where it was.
  func entries(of terminal: TerminalID, after sequence: Int64, atMost count: Int) async throws
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
}

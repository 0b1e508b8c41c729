import CanteenCore
import Crypto
import Foundation
import GRDB

/// A till as the gateway knows it.
struct PairedTerminal: Sendable {
  let id: TerminalID
  let deviceKey: P256.Signing.PublicKey
  let sealingKey: P256.KeyAgreement.PublicKey
}

extension GatewayStore {
  func add(pairingCode code: String, for terminal: TerminalID, expiresAt: Timestamp) async throws {
    try await database.write { db in
      try db.execute(
        sql: "INSERT INTO pairing_code (code_hash, terminal_id, expires_at) VALUES (?, ?, ?)",
        arguments: [Self.hash(code), terminal.text, expiresAt.millisecondsSince1970])
    }
  }

  /// Uses a code up. nil when it is unknown, used or too old.
  ///
  /// `register` makes the certificate; when it throws, the code stays good.
  func redeem(
    pairingCode code: String, at now: Timestamp, deviceKey: Data, sealingKey: Data,
    register: @Sendable (TerminalID) throws -> String
  ) async throws -> (terminal: TerminalID, certificate: String)? {
    try await database.write { db in
      let found = try String.fetchOne(
        db,
        sql: "DELETE FROM pairing_code WHERE code_hash = ? AND expires_at > ? RETURNING terminal_id",
        arguments: [Self.hash(code), now.millisecondsSince1970])
      guard let terminal = try found.map({ try TerminalID($0) }) else { return nil }
      let certificate = try register(terminal)
      try db.execute(
        sql: """
          INSERT INTO terminal (terminal_id, device_key, sealing_key, certificate, paired_at)
          VALUES (?, ?, ?, ?, ?)
          """,
        arguments: [terminal.text, deviceKey, sealingKey, certificate, now.millisecondsSince1970])
      return (terminal, certificate)
    }
  }

  func terminal(_ id: TerminalID) async throws -> PairedTerminal? {
    try await database.read { db in
      try Row.fetchOne(
        db, sql: "SELECT device_key, sealing_key FROM terminal WHERE terminal_id = ?", arguments: [id.text]
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

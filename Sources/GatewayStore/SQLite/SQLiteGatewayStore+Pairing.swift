package import CanteenCore
import Crypto
import Foundation
import GRDB
import GatewayProtocol

extension SQLiteGatewayStore {
  package func add(_ offer: PairingOffer) async throws {
    try await database.write { db in
      try db.execute(sql: "DELETE FROM pairing_offer WHERE terminal_id = ?", arguments: [offer.terminal.text])
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO pairing_offer (name, secret_hash, terminal_id, expires_at, replaces, tries)
          VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          offer.name, offer.secretHash, offer.terminal.text, offer.expiresAt.millisecondsSince1970,
          offer.replaces, offer.tries,
        ])
    }
  }

  package func countTry(ofOffer name: String) async throws -> PairingOffer? {
    try await database.write { db in
      try Row.fetchOne(
        db.cachedStatement(sql: "UPDATE pairing_offer SET tries = tries + 1 WHERE name = ? RETURNING *"),
        arguments: [name]
      ).map(Self.offer)
    }
  }

  package func forgetTry(ofOffer name: String) async throws {
    try await database.write { db in
      try db.execute(sql: "UPDATE pairing_offer SET tries = tries - 1 WHERE name = ?", arguments: [name])
    }
  }

  package func countTry(at now: Timestamp, since start: Timestamp) async throws -> CountedTry {
    try await database.write { db in
      try db.execute(
        sql: "DELETE FROM pairing_try WHERE tried_at < ? OR tried_at > ?",
        arguments: [
          start.millisecondsSince1970, now.advanced(by: .seconds(60)).millisecondsSince1970,
        ])
      let others = try Int64.fetchAll(db, sql: "SELECT tried_at FROM pairing_try")
      try db.execute(
        sql: "INSERT INTO pairing_try (tried_at) VALUES (?)", arguments: [now.millisecondsSince1970])
      return CountedTry(
        number: db.lastInsertedRowID, others: others.map(Timestamp.init(millisecondsSince1970:)))
    }
  }

  package func forgetTry(_ number: Int64) async throws {
    try await database.write { db in
      try db.execute(sql: "DELETE FROM pairing_try WHERE number = ?", arguments: [number])
    }
  }

  package func redeem(offer name: String, by box: PairedBox, at now: Timestamp) async throws -> Bool {
    try await database.write { db in
      let offer = try Row.fetchOne(
        db.cachedStatement(sql: "SELECT * FROM pairing_offer WHERE name = ? AND expires_at > ?"),
        arguments: [name, now.millisecondsSince1970]
      ).map(Self.offer)
      guard let offer, try Self.isPaired(offer.terminal, in: db) == offer.replaces else { return false }
      try db.execute(sql: "DELETE FROM pairing_offer WHERE name = ?", arguments: [name])
      if offer.replaces { try Self.keepFormerKey(of: offer.terminal, unlessIs: box.deviceKey, in: db) }
      try Self.take(box.formerKeys, of: offer.terminal, in: db)
      try db.cachedStatement(
        sql: """
          INSERT INTO terminal (terminal_id, device_key, sealing_key, certificate, paired_at, certified_until)
          VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (terminal_id) DO UPDATE SET device_key = excluded.device_key,
            sealing_key = excluded.sealing_key, certificate = excluded.certificate,
            paired_at = excluded.paired_at, certified_until = excluded.certified_until, revoked_at = NULL,
            head = NULL, alarm = NULL, seen_at = NULL
          """
      ).execute(arguments: [
        offer.terminal.text, box.deviceKey, box.sealingKey, box.certificate, now.millisecondsSince1970,
        box.certifiedUntil.millisecondsSince1970,
      ])
      return true
    }
  }

  package func terminal(_ id: TerminalID) async throws -> PairedTerminal? {
    try await database.read { db in
      try Row.fetchOne(
        db.cachedStatement(sql: "SELECT * FROM terminal WHERE terminal_id = ?"), arguments: [id.text]
      ).map { try Self.terminal(from: $0, in: db) }
    }
  }

  package func terminals() async throws -> [PairedTerminal] {
    try await database.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM terminal ORDER BY terminal_id").map {
        try Self.terminal(from: $0, in: db)
      }
    }
  }

  package func certify(_ id: TerminalID, certificate: String, until: Timestamp) async throws {
    try await database.write { db in
      try db.execute(
        sql: "UPDATE terminal SET certificate = ?, certified_until = ? WHERE terminal_id = ?",
        arguments: [certificate, until.millisecondsSince1970, id.text])
    }
  }

  package func revoke(_ id: TerminalID, at now: Timestamp) async throws -> Bool {
    try await database.write { db in
      try db.execute(
        sql: "UPDATE terminal SET revoked_at = ? WHERE terminal_id = ? AND revoked_at IS NULL",
        arguments: [now.millisecondsSince1970, id.text])
      return db.changesCount > 0
    }
  }

  static func isPaired(_ terminal: TerminalID, in db: Database) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM terminal WHERE terminal_id = ?)"),
      arguments: [terminal.text]) ?? false
  }

  /// What the box says of those before it, where it knows more than the store.
  private static func take(_ keys: [FormerKey], of terminal: TerminalID, in db: Database) throws {
    for former in keys {
      try db.cachedStatement(
        sql: """
          INSERT INTO former_key (terminal_id, device_key, through) VALUES (?, ?, ?)
          ON CONFLICT (terminal_id, device_key) DO UPDATE SET through = max(through, excluded.through)
          """
      ).execute(arguments: [terminal.text, former.key.x963Representation, former.through])
    }
  }

  private static func keepFormerKey(of terminal: TerminalID, unlessIs key: Data, in db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO former_key (terminal_id, device_key, through)
          SELECT terminal_id, device_key, ? FROM terminal WHERE terminal_id = ? AND device_key <> ?
        ON CONFLICT (terminal_id, device_key) DO UPDATE SET through = max(through, excluded.through)
        """, arguments: [try chainEnd(of: terminal, in: db).sequence, terminal.text, key])
  }

  private static func offer(from row: Row) throws -> PairingOffer {
    PairingOffer(
      name: row["name"], secretHash: row["secret_hash"], terminal: try TerminalID(row["terminal_id"]),
      expiresAt: Timestamp(millisecondsSince1970: row["expires_at"]), replaces: row["replaces"],
      tries: row["tries"])
  }

  private static func terminal(from row: Row, in db: Database) throws -> PairedTerminal {
    func time(_ column: String) -> Timestamp? {
      (row[column] as Int64?).map(Timestamp.init(millisecondsSince1970:))
    }
    let id = try TerminalID(row["terminal_id"])
    let former = try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT device_key, through FROM former_key WHERE terminal_id = ? ORDER BY through"),
      arguments: [id.text])
    return PairedTerminal(
      id: id,
      keys: LedgerKeys(
        own: try P256.Signing.PublicKey(x963Representation: row["device_key"] as Data),
        former: try former.map {
          FormerKey(
            key: try P256.Signing.PublicKey(x963Representation: $0["device_key"] as Data),
            through: $0["through"])
        }),
      sealingKey: try P256.KeyAgreement.PublicKey(x963Representation: row["sealing_key"] as Data),
      pairedAt: Timestamp(millisecondsSince1970: row["paired_at"]),
      certifiedUntil: time("certified_until"), seenAt: time("seen_at"), revokedAt: time("revoked_at"),
      alarm: (row["alarm"] as String?).flatMap(TerminalAlarm.init))
  }
}

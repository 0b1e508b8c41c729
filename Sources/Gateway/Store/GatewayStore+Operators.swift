import CanteenCore
import GatewayProtocol
import GRDB

extension GatewayStore {
  func operators() async throws -> [Operator] {
    try await database.read { db in
      try String.fetchAll(db.cachedStatement(sql: "SELECT profile FROM operator ORDER BY id"))
        .map { try CanonicalJSON.decode(Operator.self, from: $0) }
    }
  }

  /// Adds or replaces an operator; tills are told to renew their lease.
  func save(_ staff: Operator) async throws {
    try await database.write { db in
      try db.cachedStatement(
        sql:
          "INSERT INTO operator (id, profile) VALUES (?, ?) ON CONFLICT DO UPDATE SET profile = excluded.profile"
      ).execute(arguments: [staff.id.text, try CanonicalJSON.text(staff)])
      try Self.tellTillsOfNewLease(in: db)
    }
  }

  /// - Returns: false when there is no such operator.
  func remove(_ id: OperatorID) async throws -> Bool {
    try await database.write { db in
      try db.cachedStatement(sql: "DELETE FROM operator WHERE id = ?").execute(arguments: [id.text])
      guard db.changesCount == 1 else { return false }
      try Self.tellTillsOfNewLease(in: db)
      return true
    }
  }

  private static func tellTillsOfNewLease(in db: Database) throws {
    for terminal in try String.fetchAll(db.cachedStatement(sql: "SELECT terminal_id FROM terminal")) {
      try TerminalEventWriter.write(.leaseChanged, for: TerminalID(terminal), in: db)
    }
  }
}

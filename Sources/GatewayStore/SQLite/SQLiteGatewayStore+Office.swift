package import CanteenCore
import GRDB
package import GatewayProtocol

extension SQLiteGatewayStore {
  package func operators() async throws -> [Operator] {
    try await database.read { db in
      try String.fetchAll(db.cachedStatement(sql: "SELECT profile FROM operator ORDER BY id"))
        .map { try CanonicalJSON.decode(Operator.self, from: $0) }
    }
  }

  package func save(_ staff: Operator, telling events: [AddressedEvent]) async throws {
    try await database.write { db in
      try db.cachedStatement(
        sql:
          "INSERT INTO operator (id, profile) VALUES (?, ?) ON CONFLICT DO UPDATE SET profile = excluded.profile"
      ).execute(arguments: [staff.id.text, try CanonicalJSON.text(staff)])
      try Self.write(events, in: db)
    }
  }

  package func remove(_ id: OperatorID, telling events: [AddressedEvent]) async throws -> Bool {
    try await database.write { db in
      try db.cachedStatement(sql: "DELETE FROM operator WHERE id = ?").execute(arguments: [id.text])
      guard db.changesCount == 1 else { return false }
      try Self.write(events, in: db)
      return true
    }
  }
}

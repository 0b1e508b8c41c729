import GRDB

/// Everything the gateway must not forget, in one SQLite file.
final class GatewayStore: Sendable {
  let database: DatabasePool

  /// Opens or creates the store; commits survive a power cut, as on the tills.
  init(path: String) throws {
    database = try DatabasePool(path: path)
    try GatewaySchema.migrator.migrate(database)
    // GRDB sets NORMAL when it turns on WAL, after any prepareDatabase: FULL must be set afterwards.
    try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
  }
}

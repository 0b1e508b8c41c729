import GRDB

/// Everything the gateway must not forget, in one SQLite file.
package final class GatewayStore: Sendable {
  let database: DatabasePool

  /// Opens or creates the store; commits survive a power cut, as on the tills.
  package init(path: String) throws {
    database = try DatabasePool(path: path)
    try GatewaySchema.migrator.migrate(database)
    // GRDB sets NORMAL when it turns on WAL, after any prepareDatabase: FULL must be set afterwards.
    let level = try database.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
      return try Int.fetchOne(db.cachedStatement(sql: "PRAGMA synchronous"))
    }
    guard level == 2 else { throw StoreNotDurable() }
  }

  /// Lets go of the file at once; whatever is asked afterwards fails.
  package func close() {
    try? database.close()
  }
}

/// SQLite would not promise that a commit survives a power cut.
struct StoreNotDurable: Error, CustomStringConvertible {
  var description: String {
    "The gateway's store refuses to run without synchronous=FULL; check the disk and SQLite."
  }
}

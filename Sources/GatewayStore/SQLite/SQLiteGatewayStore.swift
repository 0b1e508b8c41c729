import CanteenCore
import GRDB

/// Everything the gateway must not forget, in one SQLite file.
///
/// SQLite has one writer at a time, so what a write transaction reads stays as it is until the transaction
/// ends.
package final class SQLiteGatewayStore: SchoolStore {
  let database: DatabasePool

  /// Opens or creates the store; commits survive a power cut, as on the tills.
  ///
  /// Ends every claim: the worker that had one in this file is taken to be dead. A gateway locks the folder
  /// first.
  package init(path: String) throws {
    var configuration = Configuration()
    // For a backup or a look into the file from outside, while a gateway runs.
    configuration.busyMode = .timeout(5)
    database = try DatabasePool(path: path, configuration: configuration)
    try GatewaySchema.migrator.migrate(database)
    // GRDB sets NORMAL when it turns on WAL, after any prepareDatabase: FULL must be set afterwards.
    let level = try database.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
      return try Int.fetchOne(db.cachedStatement(sql: "PRAGMA synchronous"))
    }
    guard level == 2 else { throw StoreNotDurable() }
    try database.write(Self.endAllClaims)
  }

  /// Closes the file at once; every later call fails.
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

/// A row holds what no version of the gateway writes.
struct StoreDamaged: Error, CustomStringConvertible {
  let what: String

  var description: String {
    "The gateway's store is damaged (\(what)); restore it from a backup."
  }
}

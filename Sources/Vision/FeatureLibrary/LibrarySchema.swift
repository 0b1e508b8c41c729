import CanteenCore
import GatewayProtocol
import GRDB

/// The tables of the library store.
enum LibrarySchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 people") { db in
      try db.execute(
        sql: """
          CREATE TABLE person (
            out_user_id TEXT PRIMARY KEY,
            profile BLOB NOT NULL,
            templates BLOB NOT NULL
          ) STRICT;
          CREATE TABLE state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            version INTEGER NOT NULL,
            stamp TEXT NOT NULL,
            score_model TEXT
          ) STRICT;
          INSERT INTO state VALUES (1, 0, '', NULL);
          """)
    }
    return migrator
  }

  /// What the stored templates belong to; another stamp means they are of no use.
  static func stamp(organization: OrganizationID, origin: EmbeddingOrigin) -> String {
    "\(organization) \(origin.lineage)"
  }

  static func emptyUnless(stamped stamp: String, in db: Database) throws {
    guard try String.fetchOne(db, sql: "SELECT stamp FROM state") != stamp else { return }
    try db.execute(sql: "DELETE FROM person")
    try db.execute(sql: "UPDATE state SET version = 0, score_model = NULL, stamp = ?", arguments: [stamp])
  }

  static func version(in db: Database) throws -> Int64 {
    try Int64.fetchOne(db, sql: "SELECT version FROM state") ?? 0
  }

  static func scoreModel(in db: Database) throws -> ScoreModel {
    guard let text = try String.fetchOne(db, sql: "SELECT score_model FROM state") else { return .assumed }
    return try CanonicalJSON.decode(ScoreModel.self, from: text)
  }

  static func set(version: Int64, scoreModel: ScoreModel, in db: Database) throws {
    try db.execute(
      sql: "UPDATE state SET version = ?, score_model = ?",
      arguments: [version, try CanonicalJSON.text(scoreModel)])
  }
}

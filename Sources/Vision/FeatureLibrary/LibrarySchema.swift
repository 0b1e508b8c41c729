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
    migrator.registerMigration("2 epoch of the gateway's store") { db in
      try db.execute(
        sql: """
          ALTER TABLE state ADD COLUMN epoch TEXT;
          ALTER TABLE person ADD COLUMN is_stale INTEGER NOT NULL DEFAULT 0;
          """)
    }
    migrator.registerMigration("3 when it was up to date") { db in
      try db.execute(sql: "ALTER TABLE state ADD COLUMN current_at INTEGER")
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
    try db.execute(
      sql: "UPDATE state SET version = 0, epoch = NULL, score_model = NULL, current_at = NULL, stamp = ?",
      arguments: [stamp])
  }

  static func currentAt(in db: Database) throws -> Timestamp? {
    try Int64.fetchOne(db, sql: "SELECT current_at FROM state").map(Timestamp.init(millisecondsSince1970:))
  }

  static func set(currentAt time: Timestamp, in db: Database) throws {
    try db.execute(sql: "UPDATE state SET current_at = ?", arguments: [time.millisecondsSince1970])
  }

  static func place(in db: Database) throws -> StorePlace {
    guard let row = try Row.fetchOne(db, sql: "SELECT version, epoch FROM state") else { return .start }
    return StorePlace(
      epoch: try (row["epoch"] as String?).map { try StoreEpoch($0) }, cursor: row["version"])
  }

  /// Everybody stays until the whole library that replaces this one is here.
  static func markEverybodyStale(in db: Database) throws {
    try db.execute(sql: "UPDATE person SET is_stale = 1")
  }

  static func hasStalePeople(in db: Database) throws -> Bool {
    try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM person WHERE is_stale)") ?? false
  }

  /// - Returns: who was removed.
  static func removeStalePeople(in db: Database) throws -> [OutUserID] {
    try String.fetchAll(db, sql: "DELETE FROM person WHERE is_stale RETURNING out_user_id")
      .map { try OutUserID($0) }
  }

  static func scoreModel(in db: Database) throws -> ScoreModel {
    guard let text = try String.fetchOne(db, sql: "SELECT score_model FROM state") else { return .assumed }
    return try CanonicalJSON.decode(ScoreModel.self, from: text)
  }

  static func set(_ place: StorePlace, scoreModel: ScoreModel, in db: Database) throws {
    try db.execute(
      sql: "UPDATE state SET version = ?, epoch = ?, score_model = ?",
      arguments: [place.cursor, place.epoch?.text, try CanonicalJSON.text(scoreModel)])
  }
}

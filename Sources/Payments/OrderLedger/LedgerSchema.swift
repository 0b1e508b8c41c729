import GRDB

/// The tables of the ledger. `entry` is append-only, but for entries that are kept in `set_aside_entry` because the
/// gateway holds others in their place; `fetched_entry` gathers those. `progress` says how far the gateway has the entries, and
/// how far the till has read the gateway's events. `spent_elsewhere` keeps what the gateway told of other
/// tills. All other tables are made from `entry` and `progress`; see ``LedgerViews``.
enum LedgerSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 entries") { db in
      try db.execute(
        sql: """
          CREATE TABLE entry (
            sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
            previous_hash BLOB NOT NULL,
            recorded_at INTEGER NOT NULL,
            payload TEXT NOT NULL,
            signature BLOB NOT NULL,
            hash BLOB NOT NULL
          ) STRICT;
          CREATE TRIGGER entry_is_not_changed BEFORE UPDATE ON entry
            BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
          CREATE TRIGGER entry_is_not_deleted BEFORE DELETE ON entry
            BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

          CREATE TABLE progress (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            uploaded_through INTEGER NOT NULL,
            results_cursor INTEGER NOT NULL
          ) STRICT;
          INSERT INTO progress VALUES (1, 0, 0);
          """)
    }
    migrator.registerMigration("2 views are made from entries") { db in
      try db.execute(
        sql: """
          DROP TABLE IF EXISTS booked_order;
          ALTER TABLE progress ADD COLUMN queued_through INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE progress ADD COLUMN views_version INTEGER NOT NULL DEFAULT 0;
          CREATE TABLE spent_elsewhere (
            day TEXT NOT NULL,
            out_user_id TEXT NOT NULL,
            entry TEXT NOT NULL,
            PRIMARY KEY (day, out_user_id)
          ) STRICT, WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("3 epoch of what the gateway told") { db in
      try db.execute(sql: "ALTER TABLE progress ADD COLUMN results_epoch TEXT")
    }
    migrator.registerMigration("4 what the gateway holds") { db in
      try db.execute(
        sql: """
          ALTER TABLE progress ADD COLUMN standing TEXT NOT NULL DEFAULT 'continuous';
          ALTER TABLE progress ADD COLUMN limited_after INTEGER;

          CREATE TABLE set_aside_entry (
            place INTEGER PRIMARY KEY AUTOINCREMENT,
            sequence INTEGER NOT NULL,
            previous_hash BLOB NOT NULL,
            recorded_at INTEGER NOT NULL,
            payload TEXT NOT NULL,
            signature BLOB NOT NULL,
            hash BLOB NOT NULL UNIQUE,
            is_done INTEGER NOT NULL DEFAULT FALSE
          ) STRICT;
          CREATE TRIGGER set_aside_is_not_changed BEFORE UPDATE OF sequence, previous_hash, recorded_at, payload,
            signature, hash ON set_aside_entry
            BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
          CREATE TRIGGER set_aside_is_not_deleted BEFORE DELETE ON set_aside_entry
            BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

          CREATE TABLE fetched_entry (
            sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
            previous_hash BLOB NOT NULL,
            recorded_at INTEGER NOT NULL,
            payload TEXT NOT NULL,
            signature BLOB NOT NULL,
            hash BLOB NOT NULL
          ) STRICT;

          DROP TRIGGER entry_is_not_deleted;
          CREATE TRIGGER entry_is_not_deleted BEFORE DELETE ON entry
            WHEN NOT EXISTS (SELECT 1 FROM set_aside_entry WHERE hash = OLD.hash)
            BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
          """)
    }
    return migrator
  }
}

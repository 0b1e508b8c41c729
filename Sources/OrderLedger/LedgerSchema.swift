import GRDB

/// The tables of the ledger. `entry` is sacred and append-only; the others are made from it.
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
            hash BLOB NOT NULL UNIQUE
          ) STRICT;
          CREATE TRIGGER entry_is_not_changed BEFORE UPDATE ON entry
            BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
          CREATE TRIGGER entry_is_not_deleted BEFORE DELETE ON entry
            BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

          CREATE TABLE booked_order (
            out_trade_no TEXT PRIMARY KEY,
            sequence INTEGER NOT NULL UNIQUE REFERENCES entry (sequence),
            amount_fen INTEGER NOT NULL,
            display_name TEXT,
            accepted_at INTEGER NOT NULL,
            state TEXT NOT NULL,
            transaction_id TEXT,
            reason TEXT
          ) STRICT;

          CREATE TABLE progress (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            uploaded_through INTEGER NOT NULL,
            results_cursor INTEGER NOT NULL
          ) STRICT;
          INSERT INTO progress VALUES (1, 0, 0);
          """)
    }
    return migrator
  }
}

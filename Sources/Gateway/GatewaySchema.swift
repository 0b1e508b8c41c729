import GRDB

/// The tables of the gateway.
enum GatewaySchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 terminals, people, orders") { db in
      try db.execute(
        sql: """
          CREATE TABLE pairing_code (
            code_hash BLOB PRIMARY KEY,
            terminal_id TEXT NOT NULL,
            expires_at INTEGER NOT NULL
          ) STRICT;

          CREATE TABLE terminal (
            terminal_id TEXT PRIMARY KEY,
            device_key BLOB NOT NULL,
            sealing_key BLOB NOT NULL,
            certificate TEXT NOT NULL,
            paired_at INTEGER NOT NULL
          ) STRICT;

          CREATE TABLE face_user (
            out_user_id TEXT PRIMARY KEY,
            display_name TEXT NOT NULL,
            user_id TEXT NOT NULL DEFAULT '',
            may_pay INTEGER NOT NULL DEFAULT 0,
            enrolled_at INTEGER,
            templates BLOB,
            library_version INTEGER NOT NULL UNIQUE
          ) STRICT;

          CREATE TABLE ledger_entry (
            terminal_id TEXT NOT NULL REFERENCES terminal (terminal_id),
            sequence INTEGER NOT NULL,
            previous_hash BLOB NOT NULL,
            recorded_at INTEGER NOT NULL,
            payload TEXT NOT NULL,
            signature BLOB NOT NULL,
            hash BLOB NOT NULL,
            received_at INTEGER NOT NULL,
            PRIMARY KEY (terminal_id, sequence)
          ) STRICT, WITHOUT ROWID;

          CREATE TABLE customer_order (
            out_trade_no TEXT PRIMARY KEY,
            terminal_id TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            amount_fen INTEGER NOT NULL,
            out_user_id TEXT,
            accepted_at INTEGER NOT NULL,
            state TEXT NOT NULL,
            transaction_id TEXT,
            reason TEXT,
            outcome_unknown INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            due_at INTEGER,
            FOREIGN KEY (terminal_id, sequence) REFERENCES ledger_entry (terminal_id, sequence)
          ) STRICT;
          CREATE INDEX customer_order_due ON customer_order (due_at) WHERE due_at IS NOT NULL;

          CREATE TABLE order_result (
            cursor INTEGER PRIMARY KEY AUTOINCREMENT,
            terminal_id TEXT NOT NULL,
            result TEXT NOT NULL
          ) STRICT;
          CREATE INDEX order_result_of_terminal ON order_result (terminal_id, cursor);
          """)
    }
    return migrator
  }
}

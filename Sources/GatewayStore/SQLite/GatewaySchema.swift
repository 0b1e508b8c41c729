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
    migrator.registerMigration("2 refunds, voids, news, operators") { db in
      try db.execute(
        sql: """
          ALTER TABLE customer_order ADD COLUMN subsidy_fen INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE customer_order ADD COLUMN to_collect_fen INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE customer_order ADD COLUMN mode TEXT NOT NULL DEFAULT 'manual';
          ALTER TABLE customer_order ADD COLUMN period TEXT NOT NULL DEFAULT '';
          ALTER TABLE customer_order ADD COLUMN day TEXT NOT NULL DEFAULT '';
          ALTER TABLE customer_order ADD COLUMN operator TEXT NOT NULL DEFAULT '';
          ALTER TABLE customer_order ADD COLUMN refunded_fen INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE customer_order ADD COLUMN void_requested TEXT;
          ALTER TABLE customer_order ADD COLUMN debits_on TEXT NOT NULL DEFAULT '';
          ALTER TABLE customer_order ADD COLUMN debits_that_day INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE customer_order ADD COLUMN concluded_at INTEGER;
          UPDATE customer_order SET
            to_collect_fen = CASE WHEN out_user_id IS NULL THEN 0 ELSE amount_fen END,
            day = date(accepted_at / 1000, 'unixepoch', '+8 hours');
          CREATE INDEX customer_order_of_day ON customer_order (day, terminal_id);
          CREATE INDEX customer_order_of_user ON customer_order (out_user_id, day) WHERE out_user_id IS NOT NULL;

          CREATE TABLE refund (
            out_refund_no TEXT PRIMARY KEY,
            out_trade_no TEXT NOT NULL REFERENCES customer_order (out_trade_no),
            terminal_id TEXT NOT NULL,
            amount_fen INTEGER NOT NULL,
            operator TEXT,
            reason TEXT NOT NULL,
            requested_at INTEGER NOT NULL,
            state TEXT NOT NULL,
            refund_id TEXT,
            failure TEXT,
            outcome_unknown INTEGER NOT NULL DEFAULT 0,
            due_at INTEGER
          ) STRICT;
          CREATE INDEX refund_due ON refund (due_at) WHERE due_at IS NOT NULL;
          CREATE INDEX refund_of_order ON refund (out_trade_no);

          CREATE TABLE news (
            cursor INTEGER PRIMARY KEY AUTOINCREMENT,
            terminal_id TEXT NOT NULL,
            item TEXT NOT NULL
          ) STRICT;
          CREATE INDEX news_of_terminal ON news (terminal_id, cursor);
          INSERT INTO news (cursor, terminal_id, item)
            SELECT cursor, terminal_id, '{"orderResult":{"_0":' || result || '}}' FROM order_result;
          DROP TABLE order_result;

          CREATE TABLE operator (
            id TEXT PRIMARY KEY,
            profile TEXT NOT NULL
          ) STRICT;

          ALTER TABLE face_user ADD COLUMN user_group TEXT;
          ALTER TABLE face_user ADD COLUMN bar TEXT;

          ALTER TABLE terminal ADD COLUMN head TEXT;
          ALTER TABLE terminal ADD COLUMN alarm TEXT;
          ALTER TABLE terminal ADD COLUMN seen_at INTEGER;
          """)
    }
    migrator.registerMigration("3 shots, guardians, look-alikes") { db in
      try db.execute(
        sql: """
          ALTER TABLE face_user ADD COLUMN template_origin TEXT;
          ALTER TABLE face_user ADD COLUMN guardian BLOB;

          CREATE TABLE look_alike (
            first TEXT NOT NULL,
            second TEXT NOT NULL,
            score REAL NOT NULL,
            PRIMARY KEY (first, second),
            CHECK (first < second)
          ) STRICT, WITHOUT ROWID;
          CREATE INDEX look_alike_second ON look_alike (second);

          CREATE TABLE confirmed_pair (
            first TEXT NOT NULL,
            second TEXT NOT NULL,
            PRIMARY KEY (first, second),
            CHECK (first < second)
          ) STRICT, WITHOUT ROWID;

          CREATE TABLE score_model (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            model TEXT NOT NULL,
            people INTEGER NOT NULL
          ) STRICT;
          """)
    }
    migrator.registerMigration("4 payment codes") { db in
      try db.execute(
        sql: """
          CREATE TABLE code_payment (
            out_trade_no TEXT PRIMARY KEY,
            terminal_id TEXT NOT NULL,
            to_collect_fen INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            transaction_id TEXT,
            reason TEXT,
            asked_at INTEGER NOT NULL
          ) STRICT, WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("5 platforms, claims, cursors, epoch", migrate: addClaimsAndCursors)
    migrator.registerMigration("6 requests, refunds in doubt, bars by source", migrate: addRequestsAndBars)
    migrator.registerMigration("7 orders that an earlier gateway may have held") { db in
      try db.execute(
        sql: "ALTER TABLE customer_order ADD COLUMN may_be_forgotten INTEGER NOT NULL DEFAULT 0")
    }
    migrator.registerMigration("8 entries beside a till's chain") { db in
      try db.execute(
        sql: """
          CREATE TABLE stray_entry (
            place INTEGER PRIMARY KEY AUTOINCREMENT,
            terminal_id TEXT NOT NULL,
            hash BLOB NOT NULL,
            entry TEXT NOT NULL,
            received_at INTEGER NOT NULL,
            is_taken INTEGER NOT NULL DEFAULT 0,
            UNIQUE (terminal_id, hash)
          ) STRICT;
          """)
    }
    migrator.registerMigration("9 certificates, and codes that are guarded") { db in
      try db.execute(
        sql: """
          DROP TABLE pairing_code;
          CREATE TABLE pairing_offer (
            name TEXT PRIMARY KEY,
            secret_hash BLOB NOT NULL,
            terminal_id TEXT NOT NULL UNIQUE,
            expires_at INTEGER NOT NULL,
            replaces INTEGER NOT NULL,
            tries INTEGER NOT NULL
          ) STRICT;
          CREATE TABLE pairing_try (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            tried_at INTEGER NOT NULL
          ) STRICT;

          ALTER TABLE terminal ADD COLUMN certified_until INTEGER;
          ALTER TABLE terminal ADD COLUMN revoked_at INTEGER;
          CREATE TABLE former_key (
            place INTEGER PRIMARY KEY AUTOINCREMENT,
            terminal_id TEXT NOT NULL REFERENCES terminal (terminal_id) DEFERRABLE INITIALLY DEFERRED,
            device_key BLOB NOT NULL,
            through INTEGER NOT NULL,
            UNIQUE (terminal_id, device_key)
          ) STRICT;
          """)
    }
    return migrator
  }
}

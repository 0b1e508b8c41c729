import CanteenCore
import GRDB
import GatewayProtocol

extension GatewaySchema {
  /// Adds platforms by name, payer and collection, columns for retries and claims, and cursors that are given
  /// out in one place, within an epoch.
  static func addClaimsAndCursors(in db: Database) throws {
    for table in ["customer_order", "refund"] {
      try db.execute(
        sql: """
          ALTER TABLE \(table) ADD COLUMN platform TEXT NOT NULL DEFAULT 'wechat-pay';
          ALTER TABLE \(table) ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
          ALTER TABLE \(table) ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
          ALTER TABLE \(table) ADD COLUMN first_unclear_at INTEGER;
          ALTER TABLE \(table) ADD COLUMN claim TEXT;
          ALTER TABLE \(table) ADD COLUMN claimed_until INTEGER;
          CREATE INDEX \(table)_claimed ON \(table) (claim) WHERE claim IS NOT NULL;
          """)
    }
    try db.execute(
      sql: """
        ALTER TABLE customer_order ADD COLUMN sent_at INTEGER;
        ALTER TABLE customer_order ADD COLUMN sends INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE customer_order ADD COLUMN not_found INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE customer_order ADD COLUMN may_resend INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE customer_order ADD COLUMN doubted_refusal TEXT;
        ALTER TABLE customer_order ADD COLUMN doubted_reason TEXT;
        ALTER TABLE customer_order ADD COLUMN payer TEXT NOT NULL DEFAULT 'face';
        ALTER TABLE customer_order ADD COLUMN collection TEXT NOT NULL DEFAULT 'contract';
        ALTER TABLE code_payment ADD COLUMN platform TEXT NOT NULL DEFAULT 'wechat-pay';
        ALTER TABLE refund ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE face_user ADD COLUMN platform TEXT NOT NULL DEFAULT 'wechat-pay';

        CREATE TABLE stream (
          name TEXT PRIMARY KEY,
          last INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO stream VALUES
          ('events', max(
            coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = 'news'), 0),
            coalesce((SELECT max(cursor) FROM news), 0))),
          ('library', coalesce((SELECT max(library_version) FROM face_user), 0));

        CREATE TABLE terminal_event (
          cursor INTEGER PRIMARY KEY,
          terminal_id TEXT NOT NULL,
          item TEXT,
          out_user_id TEXT,
          day TEXT,
          CHECK ((item IS NULL) = (out_user_id IS NOT NULL AND day IS NOT NULL))
        ) STRICT;
        CREATE INDEX terminal_event_of_terminal ON terminal_event (terminal_id, cursor);
        INSERT INTO terminal_event (cursor, terminal_id, item) SELECT cursor, terminal_id, item FROM news;
        DROP TABLE news;

        CREATE TABLE epoch (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          epoch TEXT NOT NULL
        ) STRICT;
        INSERT INTO epoch VALUES (1, lower(hex(randomblob(16))));

        CREATE TABLE told (
          terminal_id TEXT NOT NULL,
          stream TEXT NOT NULL,
          cursor INTEGER NOT NULL,
          PRIMARY KEY (terminal_id, stream)
        ) STRICT, WITHOUT ROWID;
        """)
    try fillPayers(in: db)
  }

  /// Fills payer and collection from what the tills signed.
  private static func fillPayers(in db: Database) throws {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT o.out_trade_no, e.payload FROM customer_order o
        JOIN ledger_entry e ON e.terminal_id = o.terminal_id AND e.sequence = o.sequence
        """)
    let update = try db.cachedStatement(
      sql: "UPDATE customer_order SET payer = ?, collection = ? WHERE out_trade_no = ?")
    while let row = try rows.next() {
      let payload = try CanonicalJSON.decode(LedgerPayload.self, from: row["payload"])
      guard let means = payload.orderToSettle?.means else { continue }
      try update.execute(arguments: [
        means.payer.kind.rawValue, means.collection.kind.rawValue, row["out_trade_no"] as String,
      ])
    }
  }
}

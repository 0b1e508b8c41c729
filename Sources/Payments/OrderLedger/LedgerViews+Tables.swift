extension LedgerViews {
  static let drop = """
    DROP TABLE IF EXISTS booked_order;
    DROP TABLE IF EXISTS selling_day;
    DROP TABLE IF EXISTS refund;
    DROP TABLE IF EXISTS tally;
    DROP TABLE IF EXISTS shift;
    DROP TABLE IF EXISTS user_bar;
    DROP TABLE IF EXISTS staff_action;
    DROP TABLE IF EXISTS open_code;
    DROP TABLE IF EXISTS brought_back;
    """

  /// Each order writes a page of each index at every commit, so there are few indexes. Unsent orders are
  /// found above `uploaded_through`, the orders of a day from its first order on. In the key of `tally` an
  /// empty text stands for none.
  static let create = """
    CREATE TABLE booked_order (
      sequence INTEGER PRIMARY KEY REFERENCES entry (sequence),
      out_trade_no TEXT NOT NULL UNIQUE,
      amount_fen INTEGER NOT NULL,
      subsidy_fen INTEGER NOT NULL,
      to_collect_fen INTEGER NOT NULL,
      mode TEXT NOT NULL,
      period TEXT NOT NULL,
      day TEXT NOT NULL,
      out_user_id TEXT,
      display_name TEXT,
      operator TEXT NOT NULL,
      shift INTEGER NOT NULL,
      accepted_at INTEGER NOT NULL,
      state TEXT NOT NULL,
      transaction_id TEXT,
      reason TEXT,
      refunded_fen INTEGER NOT NULL DEFAULT 0,
      payer TEXT NOT NULL,
      collection TEXT NOT NULL
    ) STRICT;

    CREATE TABLE open_code (out_trade_no TEXT PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES entry (sequence))
      STRICT, WITHOUT ROWID;

    CREATE TABLE brought_back (hash BLOB PRIMARY KEY, books_order INTEGER NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE selling_day (day TEXT PRIMARY KEY, first_sequence INTEGER NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE refund (
      out_refund_no TEXT PRIMARY KEY,
      out_trade_no TEXT NOT NULL,
      sequence INTEGER NOT NULL REFERENCES entry (sequence),
      amount_fen INTEGER NOT NULL,
      operator TEXT,
      reason TEXT NOT NULL,
      state TEXT NOT NULL,
      refund_id TEXT,
      failure TEXT
    ) STRICT;
    CREATE INDEX refund_of_order ON refund (out_trade_no);

    CREATE TABLE shift (
      number INTEGER PRIMARY KEY,
      operator TEXT NOT NULL,
      opened_at INTEGER NOT NULL,
      closed_at INTEGER,
      closed_by TEXT
    ) STRICT;

    CREATE TABLE user_bar (out_user_id TEXT PRIMARY KEY, bar TEXT NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE staff_action (
      sequence INTEGER PRIMARY KEY REFERENCES entry (sequence),
      operator TEXT NOT NULL,
      action TEXT NOT NULL
    ) STRICT;

    CREATE TABLE tally (
      day TEXT NOT NULL,
      shift INTEGER NOT NULL,
      period TEXT NOT NULL,
      mode TEXT NOT NULL,
      operator TEXT NOT NULL,
      payer TEXT NOT NULL,
      collection TEXT NOT NULL,
      state TEXT NOT NULL,
      orders INTEGER NOT NULL,
      amount_fen INTEGER NOT NULL,
      subsidy_fen INTEGER NOT NULL,
      to_collect_fen INTEGER NOT NULL,
      refunded_fen INTEGER NOT NULL,
      PRIMARY KEY (day, shift, period, mode, operator, payer, collection, state)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tally_of_shift ON tally (shift);

    CREATE TRIGGER selling_day_begins AFTER INSERT ON booked_order BEGIN
      INSERT INTO selling_day VALUES (NEW.day, NEW.sequence) ON CONFLICT DO NOTHING;
    END;
    CREATE TRIGGER tally_new AFTER INSERT ON booked_order BEGIN
      INSERT INTO tally VALUES (NEW.day, NEW.shift, NEW.period, NEW.mode, NEW.operator, NEW.payer,
        NEW.collection, NEW.state, 1, NEW.amount_fen, NEW.subsidy_fen, NEW.to_collect_fen, NEW.refunded_fen)
      ON CONFLICT DO UPDATE SET orders = orders + 1, amount_fen = amount_fen + NEW.amount_fen,
        subsidy_fen = subsidy_fen + NEW.subsidy_fen, to_collect_fen = to_collect_fen + NEW.to_collect_fen,
        refunded_fen = refunded_fen + NEW.refunded_fen;
    END;
    CREATE TRIGGER tally_change AFTER UPDATE OF state, refunded_fen ON booked_order BEGIN
      UPDATE tally SET orders = orders - 1, amount_fen = amount_fen - OLD.amount_fen,
        subsidy_fen = subsidy_fen - OLD.subsidy_fen, to_collect_fen = to_collect_fen - OLD.to_collect_fen,
        refunded_fen = refunded_fen - OLD.refunded_fen
      WHERE day = OLD.day AND shift = OLD.shift AND period = OLD.period AND mode = OLD.mode
        AND operator = OLD.operator AND payer = OLD.payer AND collection = OLD.collection
        AND state = OLD.state;
      INSERT INTO tally VALUES (NEW.day, NEW.shift, NEW.period, NEW.mode, NEW.operator, NEW.payer,
        NEW.collection, NEW.state, 1, NEW.amount_fen, NEW.subsidy_fen, NEW.to_collect_fen, NEW.refunded_fen)
      ON CONFLICT DO UPDATE SET orders = orders + 1, amount_fen = amount_fen + NEW.amount_fen,
        subsidy_fen = subsidy_fen + NEW.subsidy_fen, to_collect_fen = to_collect_fen + NEW.to_collect_fen,
        refunded_fen = refunded_fen + NEW.refunded_fen;
    END;
    """
}

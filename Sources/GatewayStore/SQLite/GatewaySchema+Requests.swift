import GRDB

extension GatewaySchema {
  /// The bytes that were sent; refunds that are as sure as orders; where each till stood; who bars a user, and why.
  static func addRequestsAndBars(in db: Database) throws {
    try db.execute(
      sql: """
        ALTER TABLE customer_order ADD COLUMN request BLOB;
        ALTER TABLE customer_order ADD COLUMN till_address TEXT;

        ALTER TABLE refund ADD COLUMN request BLOB;
        ALTER TABLE refund ADD COLUMN sent_at INTEGER;
        ALTER TABLE refund ADD COLUMN sends INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE refund ADD COLUMN not_found INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE refund ADD COLUMN may_resend INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE refund ADD COLUMN doubted_refusal TEXT;
        ALTER TABLE refund ADD COLUMN doubted_reason TEXT;
        ALTER TABLE refund ADD COLUMN concluded_at INTEGER;

        ALTER TABLE face_user ADD COLUMN bars TEXT NOT NULL DEFAULT '';
        UPDATE face_user SET bars = CASE bar
          WHEN 'contract_ended' THEN 'contract' WHEN 'advances_used_up' THEN 'advances' WHEN 'blocked' THEN 'school'
          ELSE '' END;
        ALTER TABLE face_user DROP COLUMN bar;
        """)
  }
}

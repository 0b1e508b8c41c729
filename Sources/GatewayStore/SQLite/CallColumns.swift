import CanteenCore
import GRDB

/// A ``CallHistory`` as columns, which orders and refunds have alike.
struct CallColumns {
  /// For an UPDATE.
  let assignments: SQL

  init<Refusal: RawRepresentable<String>>(_ calls: CallHistory<Refusal>) {
    let doubt = calls.doubt
    assignments = """
      due_at = \(calls.dueAt?.millisecondsSince1970), attempts = \(calls.attempts),
      failures = \(calls.failures), outcome_unknown = \(doubt != nil),
      first_unclear_at = \(doubt?.since.millisecondsSince1970), sent_at = \(doubt?.sentAt.millisecondsSince1970),
      sends = \(doubt?.sends ?? 0), not_found = \(doubt?.notFound ?? 0), may_resend = \(doubt?.mayResend ?? false),
      doubted_refusal = \(doubt?.refusal?.rawValue), doubted_reason = \(doubt?.refusalReason)
      """
  }

  /// - Parameter earliest: earlier versions did not note when they sent; at some time after this it was.
  static func history<Refusal: RawRepresentable<String>>(in row: Row, notBefore earliest: Timestamp) throws
    -> CallHistory<Refusal>
  {
    CallHistory(
      doubt: try doubt(in: row, notBefore: earliest), attempts: row["attempts"], failures: row["failures"],
      dueAt: row.timestamp("due_at"))
  }

  private static func doubt<Refusal: RawRepresentable<String>>(in row: Row, notBefore earliest: Timestamp)
    throws
    -> CallHistory<Refusal>.Doubt?
  {
    guard row["outcome_unknown"] else { return nil }
    return CallHistory.Doubt(
      since: row.timestamp("first_unclear_at") ?? earliest, sentAt: row.timestamp("sent_at") ?? earliest,
      sends: max(row["sends"], 1), notFound: row["not_found"], mayResend: row["may_resend"],
      refusal: try (row["doubted_refusal"] as String?).map { _ in try row.value("doubted_refusal") },
      refusalReason: row["doubted_reason"])
  }
}

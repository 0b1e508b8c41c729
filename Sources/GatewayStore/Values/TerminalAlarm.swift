/// What is wrong with a till's ledger; a person has to look.
package enum TerminalAlarm: String, Sendable, Codable {
  /// Two entries have one sequence number: a copy of the box is selling, or an old disk was put back and kept
  /// selling.
  case forked
  /// The till's ledger ends before what it uploaded: an old disk was put back.
  case behind
  /// An entry that no till of ours writes.
  case unsound
}

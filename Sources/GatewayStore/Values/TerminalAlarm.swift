/// What is wrong with a till's ledger; a person has to look.
package enum TerminalAlarm: String, Sendable, Codable {
  /// Two entries claim one place: a copied box sells, or an old disk came back and went on.
  case forked
  /// The till's ledger ends before what it uploaded: an old disk came back.
  case behind
  /// An order that no till of ours writes.
  case unsound
}

package import CanteenCore

/// How long something has gone on without a decision.
package struct Patience: Sendable, Hashable {
  /// Answers in a row that decided nothing.
  package let failures: Int
  /// When the first of them came that left open whether money moved; nil when none did.
  package let firstUnclearAt: Timestamp?

  package static let fresh = Patience(failures: 0, firstUnclearAt: nil)

  package init(failures: Int, firstUnclearAt: Timestamp?) {
    self.failures = failures
    self.firstUnclearAt = firstUnclearAt
  }

  /// After one more answer that decided nothing.
  package func tried(at now: Timestamp, isUnclear: Bool) -> Patience {
    Patience(failures: failures + 1, firstUnclearAt: firstUnclearAt ?? (isUnclear ? now : nil))
  }
}

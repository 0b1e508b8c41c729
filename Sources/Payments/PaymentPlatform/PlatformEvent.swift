public import CanteenCore

/// What a platform's notification says changed. A hint only: the platform is queried before anything is believed,
/// so neither a lost notification nor one that comes twice or late matters.
public enum PlatformEvent: Sendable, Hashable {
  case userChanged(OutUserID)
  case orderChanged(OutTradeNumber)
  case refundChanged(OutRefundNumber)
}

/// Why a notification is not believed. No case carries any of its content.
public enum EventRefusal: Error, Sendable, Equatable, CustomStringConvertible {
  /// Not provably the platform's, or too old; the text says what is wrong.
  case unverified(String)
  /// The platform tests whether signatures are checked at all.
  case probe
  /// The platform's, but its content cannot be opened or lacks documented fields.
  case unreadable
  /// The platform's, but about another school, or of a type that is not used here.
  case notOurs

  public var description: String {
    switch self {
    case .unverified(let flaw): "The notification cannot be trusted: \(flaw)."
    case .probe: "The notification carries a signature that is meant to be refused."
    case .unreadable: "The notification lacks documented fields or cannot be opened."
    case .notOurs: "The notification is about another school, or of a type that is not used here."
    }
  }
}

/// What is known about the money after a refund or its query.
public enum RefundOutcome: Sendable, Equatable {
  /// The money is back with the user.
  case refunded(refundID: String)
  /// The platform took the refund on, and the money is not there yet: query later.
  ///
  /// `stuck`: the user's card or account no longer takes money (`ABNORMAL`), so somebody has to choose another
  /// way on the merchant platform. A new refund would pay twice.
  case processing(refundID: String, stuck: Bool)
  /// The platform gave nothing back in this call, and is sure of it.
  ///
  /// About an earlier call with the same number it says nothing: after ``unknown(reason:)``, query first.
  case notRefunded(code: String, message: String, kind: RefusalKind)
  /// Nobody here knows. Query the refund; never send it again with anything changed.
  case unknown(reason: UncertaintyReason)

  /// What to do with a refund that was not made.
  public enum RefusalKind: String, Sendable, Equatable {
    /// This refund can never be made under this number as it is.
    case refusedForGood
    /// The same refund, with the same bytes, may succeed later; `NOT_ENOUGH` once the merchant has money again.
    case tryLater
    /// Only from a query: the platform has no such refund.
    case doesNotExist
  }
}

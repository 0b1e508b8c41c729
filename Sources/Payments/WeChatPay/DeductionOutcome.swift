/// What is known about the money after a deduction or a query.
public enum DeductionOutcome: Sendable, Equatable {
  /// The platform took the money.
  ///
  /// `advanced`: the platform paid first and the guardian has not repaid yet (`debt_state` DEBT).
  case charged(transactionID: String, advanced: Bool)
  /// The platform took nothing in this call, and is sure of it.
  ///
  /// About an earlier call for the same order it says nothing: after ``unknown(reason:)``, query first.
  case notCharged(code: String, message: String, kind: RefusalKind)
  /// Nobody here knows. Query the order; never send it again with anything changed.
  case unknown(reason: UncertaintyReason)

  /// What to do with an order that was not charged.
  public enum RefusalKind: String, Sendable, Equatable {
    /// The guardian's account is empty and no advance is left: deduct again in a later window.
    case insufficientFunds
    /// The platform distrusts or blocks this order or user; staff should know.
    case riskRejected
    /// This order can never be deducted as it is.
    case refusedForGood
    /// The same order, with the same bytes, may succeed later.
    case tryLater
    /// Only from a query: the platform has no such order.
    case doesNotExist
  }
}

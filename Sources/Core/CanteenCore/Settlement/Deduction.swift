/// What is known about the money of one order after a deduction or a query.
public enum Deduction: Sendable, Hashable {
  /// - Parameter advanced: the platform paid first, and the guardian has not repaid yet (垫资).
  case charged(transactionID: String, advanced: Bool)
  /// The platform took nothing in this call, and is sure of it. About an earlier call for the same order it says
  /// nothing: after ``unknown(reason:)``, query first.
  case notCharged(Refusal, reason: String)
  /// The money may or may not have moved: query, never send something new.
  case unknown(reason: String)
  /// The platform took nothing in this call, for a reason that concerns every order of the merchant.
  case heldUp(Standstill)

  public enum Refusal: String, Sendable, Hashable, CaseIterable {
    /// The account is empty and no advance is left: deduct again in a later window.
    case insufficientFunds = "insufficient_funds"
    /// A limit of the order or the day is used up.
    case overLimit = "over_limit"
    /// The platform has blocked the user, for example until an advance is repaid: the order is sound and is deducted
    /// again in a later window.
    case frozen
    /// The platform distrusts or blocks this order or user; staff should know.
    case riskRejected = "risk_rejected"
    /// This order can never be deducted as it is.
    case forGood = "for_good"
    /// The same order, with the same bytes, may succeed later.
    case tryLater = "try_later"
    /// Only from a query: the platform has never heard of the order.
    case notFound = "not_found"
  }

  /// What holds up every order of the merchant; nil when the answer was about this one.
  public var standstill: Standstill? { if case .heldUp(let standstill) = self { standstill } else { nil } }

  /// - Returns: nil when nobody knows what became of the call, or when it is wanted again later.
  public func laneWord(after call: Settlement.Call) -> LaneWord? {
    switch self {
    case .heldUp(let standstill): .standstill(standstill)
    case .unknown, .notCharged(.tryLater, _): nil
    case .charged, .notCharged: call == .deduct ? .dealsWithMoney : .answersQuestions
    }
  }
}

/// The platform deals with nobody's money for now, as far as this merchant goes.
public struct Standstill: Sendable, Hashable {
  public enum Cause: Sendable, Hashable {
    /// It is called too often, or is busy.
    ///
    /// - Parameter retryAfter: how long it wants to be left alone; nil when it did not say.
    case busy(retryAfter: Duration?)
    /// It refuses the merchant and not the order: key, permission, settings. Or nobody knows what its refusal means.
    case merchant
  }

  public let cause: Cause
  /// In the platform's words.
  public let reason: String

  public init(_ cause: Cause, reason: String) {
    self.cause = cause
    self.reason = reason
  }
}

/// What an answer says about all calls of a merchant, besides what it says about its order.
public enum LaneWord: Sendable, Hashable {
  /// The platform dealt with a call that moves money.
  case dealsWithMoney
  /// It answered a question. Whether it would deal with this merchant's money is left open.
  case answersQuestions
  case standstill(Standstill)
}

/// What is known about the money of one refund after it was asked for or queried.
public enum RefundOutcome: Sendable, Equatable {
  case refunded(refundID: String)
  /// The platform accepted the refund, but the money is not back yet: query again.
  ///
  /// - Parameter stuck: the user's account no longer takes money, so somebody has to choose another way at the
  ///   platform; a new refund would pay twice.
  case processing(stuck: Bool)
  /// The platform gave nothing back in this call, and is sure of it.
  case notRefunded(Refusal, reason: String)
  /// The money may or may not have gone back: query, never send something new.
  case unknown(reason: String)
  /// The platform gave nothing back in this call, for a reason that concerns every refund of the merchant.
  case heldUp(Standstill)

  public enum Refusal: String, Sendable, Hashable, CaseIterable {
    case forGood = "for_good"
    case tryLater = "try_later"
    /// Only from a query: the platform has never heard of the refund.
    case notFound = "not_found"
  }

  /// What holds up every refund of the merchant; nil when the answer was about this one.
  public var standstill: Standstill? { if case .heldUp(let standstill) = self { standstill } else { nil } }

  /// - Returns: nil when nobody knows what became of the call, or when it is wanted again later.
  public func laneWord(after call: RefundSettlement.Call) -> LaneWord? {
    switch self {
    case .heldUp(let standstill): .standstill(standstill)
    case .unknown, .notRefunded(.tryLater, _): nil
    case .refunded, .processing, .notRefunded: call == .refund ? .dealsWithMoney : .answersQuestions
    }
  }
}

/// What is known about an order after a call to cancel it.
public enum Cancellation: Sendable, Equatable {
  /// It was not charged and never will be.
  case cancelled
  /// It was charged before; the money is given back by a refund.
  case alreadyCharged
  /// The platform has no such call: query, and refund what was charged.
  case notOffered
  case unknown(reason: String)
}

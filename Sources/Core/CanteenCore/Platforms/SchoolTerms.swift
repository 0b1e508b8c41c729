/// The terms of every platform that takes money for a school.
public struct SchoolTerms: Sendable, Hashable {
  private let all: [PlatformTerms]

  /// - Parameter terms: the first one also holds for a platform that has none here. An empty list stands for
  ///   ``PlatformTerms/unnamed``.
  public init(_ terms: [PlatformTerms]) {
    all = terms.isEmpty ? [.unnamed] : terms
  }

  /// The terms of this platform, or the first ones when it has none.
  public func of(_ platform: PlatformID) -> PlatformTerms {
    all.first { $0.platform == platform } ?? all[0]
  }

  /// The terms with the highest ceiling for one order, to judge a price before anybody is there to pay it.
  public var mostGenerous: PlatformTerms {
    all.max { $0.orderCeiling < $1.orderCeiling } ?? all[0]
  }

  /// Whose code this is.
  public func platform(of code: PaymentCode) -> CodeOwner {
    if let terms = all.first(where: { $0.paymentCodes?.fits(code) == true }) { return .known(terms.platform) }
    return all.contains { $0.paymentCodes != nil } ? .nobody : .untold
  }

  /// Which platform a payment code belongs to, by its form.
  public enum CodeOwner: Sendable, Hashable {
    case known(PlatformID)
    /// It fits no platform's form.
    case nobody
    /// No platform said what its codes look like.
    case untold
  }
}

/// The terms of every platform that takes money for a school.
public struct SchoolTerms: Sendable, Hashable {
  private let all: [PlatformTerms]

  /// - Parameter terms: the first holds for whatever names no platform; none at all stand for what held before tills
  ///   were told any.
  public init(_ terms: [PlatformTerms]) {
    all = terms.isEmpty ? [.unnamed] : terms
  }

  /// A platform that named none is held to those of the first.
  public func of(_ platform: PlatformID) -> PlatformTerms {
    all.first { $0.platform == platform } ?? all[0]
  }

  /// Of whichever platform allows most for one order: for a price before anybody is there to pay it.
  public var mostGenerous: PlatformTerms {
    all.max { $0.orderCeiling < $1.orderCeiling } ?? all[0]
  }

  /// Whose code this is.
  public func platform(of code: PaymentCode) -> CodeOwner {
    if let terms = all.first(where: { $0.paymentCodes?.fits(code) == true }) { return .known(terms.platform) }
    return all.contains { $0.paymentCodes != nil } ? .nobody : .untold
  }

  /// Whose a payment code is by its form.
  public enum CodeOwner: Sendable, Hashable {
    case known(PlatformID)
    /// It is like no platform's code.
    case nobody
    /// No platform said what its codes look like.
    case untold
  }
}

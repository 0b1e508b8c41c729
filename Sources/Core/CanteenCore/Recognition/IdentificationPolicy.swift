/// How sure a till must be of a face, and how long it looks.
public struct IdentificationPolicy: Sendable, Equatable {
  /// The largest expected share of strangers' presentations that are recognised as somebody of the library.
  public var target: Double
  /// The threshold is never below this, whatever the library's scores say.
  public var leastThreshold: Float
  /// The margin is never below this.
  public var leastMargin: Float
  /// Looks that must put the same person first.
  public var looksToAgree: Int
  /// Looks after which an undecided face is refused.
  public var looksToRefuse: Int
  /// A refused face that stays is looked at again after this time.
  public var retryAfter: Duration

  public init(
    target: Double = 1e-4, leastThreshold: Float = 0.45, leastMargin: Float = 0.1, looksToAgree: Int = 3,
    looksToRefuse: Int = 8, retryAfter: Duration = .seconds(2)
  ) {
    self.target = target
    self.leastThreshold = leastThreshold
    self.leastMargin = leastMargin
    self.looksToAgree = looksToAgree
    self.looksToRefuse = looksToRefuse
    self.retryAfter = retryAfter
  }
}

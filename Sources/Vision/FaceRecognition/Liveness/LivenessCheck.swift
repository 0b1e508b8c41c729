public import CanteenCore

/// How a till finds out whether a face is alive, and what follows from it.
public struct LivenessCheck {
  public var policy: LivenessPolicy
  /// How the infrared camera's picture lies over the colour one; without such a camera it means nothing.
  public var infraredAlignment: InfraredAlignment
  /// Asked about each frame that is sampled.
  public var detector: (any PresentationAttackDetector)?

  public init(
    _ policy: LivenessPolicy = .enforce, infraredAlignment: InfraredAlignment = InfraredAlignment(),
    detector: (any PresentationAttackDetector)? = nil
  ) {
    self.policy = policy
    self.infraredAlignment = infraredAlignment
    self.detector = detector
  }
}

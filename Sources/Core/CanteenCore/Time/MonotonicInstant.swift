/// A moment on a clock that never jumps: the time since the clock was started.
///
/// Rules and timers use it; records and signatures use ``Timestamp``.
public struct MonotonicInstant: InstantProtocol, Sendable {
  /// Time since the clock's own zero, never negative on a running clock.
  public let sinceStart: Duration

  public init(sinceStart: Duration) {
    self.sinceStart = sinceStart
  }

  public static let start = MonotonicInstant(sinceStart: .zero)

  public func advanced(by duration: Duration) -> MonotonicInstant {
    MonotonicInstant(sinceStart: sinceStart + duration)
  }

  public func duration(to other: MonotonicInstant) -> Duration {
    other.sinceStart - sinceStart
  }

  public static func < (lhs: MonotonicInstant, rhs: MonotonicInstant) -> Bool {
    lhs.sinceStart < rhs.sinceStart
  }
}

/// The clock every wait and every timer of this project is driven by.
///
/// Programs inject ``SystemMonotonicClock``; tests inject a clock they move by hand.
public protocol MonotonicClock: Clock where Instant == MonotonicInstant, Duration == Swift.Duration {}

/// The machine's own monotonic clock, counted from the moment this value was made.
public struct SystemMonotonicClock: MonotonicClock {
  private let origin: ContinuousClock.Instant

  public init() {
    origin = ContinuousClock.now
  }

  public var now: MonotonicInstant {
    MonotonicInstant(sinceStart: origin.duration(to: ContinuousClock.now))
  }

  public var minimumResolution: Duration { ContinuousClock().minimumResolution }

  public func sleep(until deadline: MonotonicInstant, tolerance: Duration?) async throws {
    try await ContinuousClock().sleep(
      until: origin.advanced(by: deadline.sinceStart), tolerance: tolerance)
  }
}

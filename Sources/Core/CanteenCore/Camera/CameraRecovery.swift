/// Decides when a camera that stopped sending frames is opened again, and what the reader of its frames is
/// told.
///
/// A camera that fails is closed, and opened again after 0.5 s, 1 s, 2 s … 10 s. The waits start again from
/// 0.5 s only once it has sent pictures for ``Timing/sound``: a camera that fails after its first picture
/// must not be opened twice a second.
public struct CameraRecovery: Sendable {
  public struct Timing: Sendable, Equatable {
    public var firstWait: Duration
    public var longestWait: Duration
    /// A camera that has sent pictures for this long is sound again: its failures are forgotten.
    public var sound: Duration

    public init(
      firstWait: Duration = .milliseconds(500),
      longestWait: Duration = .seconds(10), sound: Duration = .seconds(10)
    ) {
      self.firstWait = firstWait
      self.longestWait = longestWait
      self.sound = sound
    }
  }

  public enum Phase: Sendable, Equatable {
    /// Nobody wants pictures.
    case closed
    case opening
    /// Open; no picture yet.
    case starting
    case delivering(since: MonotonicInstant)
    /// Lost; it is opened again at that time.
    case waiting(until: MonotonicInstant)
  }

  public enum Event: Sendable, Equatable {
    /// Pictures are wanted, or not any more.
    case wanted
    case unwanted
    case opened
    case picture
    /// It cannot be opened, was unplugged, or is silent.
    case failed
    case tick
  }

  public enum Action: Sendable, Equatable {
    case openDevice
    case closeDevice
    case tellLost
    /// `after` is the time since ``tellLost``.
    case tellBack(after: Duration)
  }

  public private(set) var phase = Phase.closed

  private let timing: Timing
  private var failures = 0
  /// When the reader was told of the loss; nil once it was told that the camera is back.
  private var lostSince: MonotonicInstant?

  public init(timing: Timing = Timing()) {
    self.timing = timing
  }

  /// When the next ``Event/tick`` matters.
  public var deadline: MonotonicInstant? {
    if case .waiting(let time) = phase { time } else { nil }
  }

  public mutating func receive(_ event: Event, at now: MonotonicInstant) -> [Action] {
    switch (phase, event) {
    case (.closed, .wanted):
      phase = .opening
      return [.openDevice]
    case (.waiting(let time), .tick) where time <= now:
      phase = .opening
      return [.openDevice]
    case (.opening, .opened):
      phase = .starting
      return []

    case (.starting, .picture):
      phase = .delivering(since: now)
      guard let lost = lostSince else { return [] }
      lostSince = nil
      return [.tellBack(after: lost.duration(to: now))]
    case (.delivering(let start), .picture):
      if start.duration(to: now) >= timing.sound { failures = 0 }
      return []

    case (.opening, .failed), (.starting, .failed), (.delivering, .failed):
      failures += 1
      let retries = RetrySchedule(first: timing.firstWait, longest: timing.longestWait)
      phase = .waiting(until: now.advanced(by: retries.delay(afterFailures: failures, jitter: 1)))
      guard lostSince == nil else { return [.closeDevice] }
      lostSince = now
      return [.closeDevice, .tellLost]

    case (.closed, .unwanted):
      return []
    case (.waiting, .unwanted):
      close()
      return []
    case (_, .unwanted):
      close()
      return [.closeDevice]

    case (_, .wanted), (_, .opened), (_, .picture), (_, .failed), (_, .tick):
      return []
    }
  }

  /// The next opening does not wait because of earlier failures.
  private mutating func close() {
    phase = .closed
    failures = 0
  }
}

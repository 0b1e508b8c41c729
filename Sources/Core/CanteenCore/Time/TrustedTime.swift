/// How far a recorded time can be believed.
public enum TimeQuality: String, Sendable, Hashable, Codable {
  /// Counted on the monotonic clock from a time the gateway gave.
  case trusted
  /// The box's own clock, which does not contradict anything known but was not checked since the box started.
  case unverified
  /// The box's own clock contradicts what is known.
  case untrusted
}

/// The till's idea of civil time on a box that may have no clock chip.
///
/// Once the gateway has told the time, it is counted on from there on the monotonic clock, so that setting
/// the box's clock does not move it. Before that the box's own clock is taken, if it is not earlier than a
/// moment known to have passed, and for no longer than `unverifiedFor`.
public struct TrustedTime: Sendable, Equatable {
  /// A time the gateway gave and when it was given.
  public struct Anchor: Sendable, Equatable {
    public let time: Timestamp
    public let at: MonotonicInstant

    public init(time: Timestamp, at: MonotonicInstant) {
      self.time = time
      self.at = at
    }
  }

  /// A step of the box's clock against the monotonic clock.
  public struct Jump: Sendable, Equatable {
    /// Positive when the clock was set forward.
    public let by: Duration
  }

  public struct Reading: Sendable, Equatable {
    public let time: Timestamp
    public let quality: TimeQuality
  }

  /// A box clock may be this much behind a moment known to have passed: clocks of till and gateway differ.
  static let tolerance: Duration = .seconds(120)
  /// Between two looks the box's clock may drift this far from the monotonic one.
  static let jumpTolerance: Duration = .seconds(5)

  public private(set) var anchor: Anchor?
  /// The latest moment known to have passed.
  public private(set) var floor: Timestamp
  private let unverifiedFor: Duration
  private let start: MonotonicInstant
  private var lastLook: (wall: Timestamp, at: MonotonicInstant)?

  /// - Parameters:
  ///   - floor: a moment known to have passed, such as the last entry of the ledger.
  ///   - unverifiedFor: how long the box's own clock is believed without a word from the gateway.
  public init(
    floor: Timestamp, startedAt start: MonotonicInstant, unverifiedFor: Duration = .seconds(12 * 3_600)
  ) {
    self.floor = floor
    self.start = start
    self.unverifiedFor = unverifiedFor
  }

  /// The gateway told its time. It was right at some moment of the call, so the middle is taken.
  public mutating func gatewaySaid(
    _ time: Timestamp, askedAt: MonotonicInstant, answeredAt: MonotonicInstant
  ) {
    let middle = askedAt.advanced(by: askedAt.duration(to: answeredAt) / 2)
    anchor = Anchor(time: time, at: middle)
    floor = max(floor, time)
  }

  /// An anchor from an earlier run of the program since the box was started.
  public mutating func resume(_ earlier: Anchor) {
    anchor = earlier
    floor = max(floor, earlier.time)
  }

  /// Something is known to have happened at this time.
  public mutating func happened(at time: Timestamp) {
    floor = max(floor, time)
  }

  /// Compares the box's clock with the monotonic one since the last look.
  public mutating func look(wall: Timestamp, at now: MonotonicInstant) -> Jump? {
    defer { lastLook = (wall, now) }
    guard let lastLook else { return nil }
    let difference = lastLook.wall.duration(to: wall) - lastLook.at.duration(to: now)
    return difference.magnitude > Self.jumpTolerance ? Jump(by: difference) : nil
  }

  public func reading(wall: Timestamp, at now: MonotonicInstant) -> Reading {
    if let anchor {
      return Reading(time: anchor.time.advanced(by: anchor.at.duration(to: now)), quality: .trusted)
    }
    let isPlausible = wall >= floor.advanced(by: .zero - Self.tolerance)
    guard isPlausible, start.duration(to: now) <= unverifiedFor else {
      // Times in records must not go back: time is counted on from what is known.
      return Reading(time: max(wall, floor.advanced(by: start.duration(to: now))), quality: .untrusted)
    }
    return Reading(time: max(wall, floor), quality: .unverified)
  }

  public static func == (lhs: TrustedTime, rhs: TrustedTime) -> Bool {
    lhs.anchor == rhs.anchor && lhs.floor == rhs.floor && lhs.start == rhs.start
      && lhs.unverifiedFor == rhs.unverifiedFor && lhs.lastLook?.wall == rhs.lastLook?.wall
      && lhs.lastLook?.at == rhs.lastLook?.at
  }
}

extension Duration {
  fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}

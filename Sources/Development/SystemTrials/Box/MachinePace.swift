/// How fast the emulated machine is, compared with the one for which the trial's limits were chosen.
public struct MachinePace: Sendable, Equatable {
  /// CPU time to take and convert a frame on the machine for which the limits were chosen.
  static let usualMilliseconds = 16.0
  /// A till follows a face that it sees again within 0.3 s. A till that looks more rarely cannot tell that
  /// the same person still stands there, and lets nobody pay.
  static let leastLooksPerSecond = 1 / 0.3

  /// At least 1; a faster machine is given no less time.
  public let slowness: Double

  /// - Parameter captureMilliseconds: CPU time of a frame on this machine.
  public init(captureMilliseconds: Double) {
    slowness = max(1, captureMilliseconds / Self.usualMilliseconds)
  }

  /// For a machine that was not measured.
  static let usual = MachinePace(captureMilliseconds: usualMilliseconds)

  /// As much time on this machine as `time` is on the one for which the limits were chosen.
  public func stretched(_ time: Duration) -> Duration { time * slowness }

  /// Whether a till that looked at `frames` pictures in this time can follow a face.
  public static func followsFaces(frames: Int, in time: Duration) -> Bool {
    Double(frames) >= leastLooksPerSecond * (time / .seconds(1))
  }
}

/// What a trial found: what is wrong, and what this machine is too slow to tell.
public struct TrialFindings: Sendable, Equatable {
  /// One sentence for each fault.
  public var faults: [String] = []
  /// One sentence for each thing that did not happen in time on a machine that could not have done it.
  public var unjudged: [String] = []

  public init() {}

  mutating func append(_ fault: String) { faults.append(fault) }

  public enum Verdict: String, Sendable, Encodable {
    case holds
    case failed
    case tooSlowToJudge = "too_slow_to_judge"
  }

  /// A fault counts on any machine.
  public var verdict: Verdict {
    if !faults.isEmpty { return .failed }
    return unjudged.isEmpty ? .holds : .tooSlowToJudge
  }
}

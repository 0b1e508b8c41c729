/// How fast a platform's lane may call, as rules: one pause for all orders and refunds of a merchant.
///
/// "Too often" concerns every call, so one such answer holds all of them up, for as long as the platform says or twice as
/// long as before. A refusal of the merchant may still be one order's fault, so only the third in a row that concerns
/// another order stops the lane, with an alarm. After a pause one call goes first, and the others follow once it was
/// answered; after a stop, once an order or refund was dealt with.
public struct LanePace: Sendable, Equatable {
  /// What somebody has to hear.
  public enum Change: Sendable, Equatable {
    /// Nothing moves any more until somebody has put right what the platform refuses the merchant for.
    case stopped(reason: String)
    /// It moves again.
    case resumed
  }

  /// So many different orders in a row are refused for the merchant's sake before the lane stops.
  static let suspects = 3
  static let busy = RetrySchedule(first: .seconds(1), longest: .seconds(60))
  static let stop = RetrySchedule(first: .seconds(30), longest: .seconds(600))
  /// What a platform may ask for at most.
  static let longestPause: Duration = .seconds(600)

  public private(set) var pausedUntil: MonotonicInstant?
  /// The platform's words while the lane is stopped.
  public private(set) var stoppedFor: String?
  private var pauses = 0
  private var suspected: Set<String> = []

  public init() {}

  /// How many calls may begin now.
  ///
  /// - Parameter most: at once, when nothing is wrong.
  public func callsAllowed(ofAtMost most: Int, underWay: Int, at now: MonotonicInstant) -> Int {
    guard !isPaused(at: now) else { return 0 }
    return max(0, (pauses > 0 ? 1 : most) - underWay)
  }

  /// A call about an order or refund of this number was answered.
  ///
  /// - Parameter jitter: 0 … 1.
  public mutating func heard(
    _ word: LaneWord, about number: String, at now: MonotonicInstant, jitter: Double
  ) -> Change? {
    switch word {
    case .dealsWithMoney:
      let wasStopped = stoppedFor != nil
      suspected = []
      // Of a busy platform's calls the one that got through says nothing about the next.
      if wasStopped || !isPaused(at: now) { self = LanePace() }
      return wasStopped ? .resumed : nil
    case .answersQuestions:
      if stoppedFor == nil, !isPaused(at: now) { (pausedUntil, pauses) = (nil, 0) }
      return nil
    case .standstill(let standstill):
      return heldUp(standstill, about: number, at: now, jitter: jitter)
    }
  }

  private mutating func heldUp(
    _ standstill: Standstill, about number: String, at now: MonotonicInstant, jitter: Double
  ) -> Change? {
    switch standstill.cause {
    case .busy(let retryAfter):
      pause(Self.busy, atLeast: retryAfter, at: now, jitter: jitter)
      return nil
    case .merchant:
      suspected.insert(number)
      guard suspected.count >= Self.suspects || stoppedFor != nil else { return nil }
      let isNews = stoppedFor == nil
      stoppedFor = standstill.reason
      pause(Self.stop, atLeast: nil, at: now, jitter: jitter)
      return isNews ? .stopped(reason: standstill.reason) : nil
    }
  }

  private func isPaused(at now: MonotonicInstant) -> Bool { pausedUntil.map { now < $0 } ?? false }

  /// Calls that were under way when the pause began lengthen it, and are no further failures.
  private mutating func pause(
    _ schedule: RetrySchedule, atLeast least: Duration?, at now: MonotonicInstant, jitter: Double
  ) {
    if !isPaused(at: now) { pauses += 1 }
    let wait = max(
      schedule.delay(afterFailures: pauses, jitter: jitter), min(least ?? .zero, Self.longestPause))
    pausedUntil = max(pausedUntil ?? now, now.advanced(by: wait))
  }
}

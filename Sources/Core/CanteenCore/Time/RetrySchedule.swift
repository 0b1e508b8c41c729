/// How long to wait after a failure: doubling from `first` to `longest`, with jitter so that a whole school's
/// tills do not come back at the same moment.
public struct RetrySchedule: Sendable, Equatable {
  public let first: Duration
  public let longest: Duration

  public init(first: Duration, longest: Duration) {
    self.first = first
    self.longest = longest
  }

  /// - Parameters:
  ///   - failures: how many attempts in a row have failed, 1 or more.
  ///   - jitter: 0 … 1 from the caller's random source; the wait is between half and all of the full wait.
  public func delay(afterFailures failures: Int, jitter: Double) -> Duration {
    let doublings = min(max(failures, 1) - 1, 30)
    let full = min(first * (1 << doublings), longest)
    return full * (0.5 + 0.5 * min(max(jitter, 0), 1))
  }
}

/// When a delayed deduction may be tried again: in the hours the platform gives, a few times a day.
public struct DeductionHours: Sendable, Equatable {
  private let terms: PlatformTerms
  private let utcOffset: Int
  /// Between two tries of one order.
  private let pause: Duration

  public init(terms: PlatformTerms, utcOffset: Int, pause: Duration = .seconds(30 * 60)) {
    self.terms = terms
    self.utcOffset = utcOffset
    self.pause = pause
  }

  /// The next moment to try.
  ///
  /// - Parameters:
  ///   - deductionsToday: how often this order was tried on the day of `now` already.
  ///   - pause: after `now`; nil for the usual one between two tries.
  public func next(after now: Timestamp, deductionsToday: Int, pause: Duration? = nil) -> Timestamp {
    let today = SchoolTime(now, utcOffset: utcOffset).day
    let earliest = now.advanced(by: pause ?? self.pause)
    if deductionsToday < terms.mostDeductionsPerDay {
      let start = today.start(utcOffset: utcOffset)
      for window in terms.deductionWindows
      where earliest < start.advanced(by: .seconds(window.closes * 60)) {
        return max(earliest, start.advanced(by: .seconds(window.opens * 60)))
      }
    }
    let tomorrow = today.advanced(byDays: 1).start(utcOffset: utcOffset)
    return tomorrow.advanced(by: .seconds((terms.deductionWindows.first?.opens ?? 0) * 60))
  }
}

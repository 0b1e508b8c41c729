/// When a delayed deduction may be tried again: in the hours the platform gives, a few times a day.
///
/// Source: WeChat Pay K12 face FAQ: at most 5 debits of an order in a day, within 06–08, 11–14 and 16–20 h.
public struct DeductionHours: Sendable, Equatable {
  /// Minutes since midnight.
  private static let windows = [(6 * 60, 8 * 60), (11 * 60, 14 * 60), (16 * 60, 20 * 60)]
  public static let mostDebitsPerDay = 5

  private let utcOffset: Int
  /// Between two tries of one order.
  private let pause: Duration

  public init(utcOffset: Int, pause: Duration = .seconds(30 * 60)) {
    self.utcOffset = utcOffset
    self.pause = pause
  }

  /// The next moment to try.
  ///
  /// - Parameter debitsToday: how often this order was tried on the day of `now` already.
  public func next(after now: Timestamp, debitsToday: Int) -> Timestamp {
    let today = SchoolTime(now, utcOffset: utcOffset).day
    if debitsToday < Self.mostDebitsPerDay {
      let earliest = now.advanced(by: pause)
      for (opens, closes) in Self.windows {
        let start = today.start(utcOffset: utcOffset)
        let opening = start.advanced(by: .seconds(opens * 60))
        if earliest < start.advanced(by: .seconds(closes * 60)) { return max(earliest, opening) }
      }
    }
    return today.advanced(byDays: 1).start(utcOffset: utcOffset).advanced(
      by: .seconds(Self.windows[0].0 * 60))
  }
}

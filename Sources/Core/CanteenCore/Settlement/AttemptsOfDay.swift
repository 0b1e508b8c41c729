/// How often an order was sent on one day at the school.
public struct AttemptsOfDay: Sendable, Hashable {
  /// nil before the first attempt.
  public let day: SchoolDay?
  public let count: Int

  public static let none = AttemptsOfDay(day: nil, count: 0)

  public init(day: SchoolDay?, count: Int) {
    self.day = day
    self.count = count
  }

  public func count(on day: SchoolDay) -> Int { day == self.day ? count : 0 }

  /// One more on this day.
  public func adding(on day: SchoolDay) -> AttemptsOfDay {
    AttemptsOfDay(day: day, count: count(on: day) + 1)
  }
}

public import CanteenCore

/// A day in China (UTC+8), which is what one bill covers.
public struct BillDay: Sendable, Hashable, Comparable, CustomStringConvertible {
  static let secondsAheadOfUTC: Int64 = 8 * 3_600

  /// Days since 1970-01-01.
  private let number: Int64

  /// The day of a moment.
  public init(of moment: Timestamp) {
    let seconds = moment.secondsSince1970 + Self.secondsAheadOfUTC
    number = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
  }

  /// - Returns: nil for anything but an existing day as `2026-11-20`.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2], let year = Self.number(parts[0]),
      let month = Self.number(parts[1]), let day = Self.number(parts[2]), (1...12).contains(month)
    else { return nil }
    number = Self.daysSince1970(year: year, month: month, day: day)
    guard description == text else { return nil }
  }

  /// The moment of a time of this day.
  ///
  /// - Returns: nil for anything but an existing time as `12:00:00`.
  func moment(at time: Substring) -> Timestamp? {
    let parts = time.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Self.number(parts[0]),
      let minute = Self.number(parts[1]), let second = Self.number(parts[2]), hour < 24, minute < 60,
      second < 60
    else { return nil }
    let seconds = number * 86_400 + hour * 3_600 + minute * 60 + second - Self.secondsAheadOfUTC
    return Timestamp(millisecondsSince1970: seconds * 1_000)
  }

  public static func < (lhs: BillDay, rhs: BillDay) -> Bool { lhs.number < rhs.number }

  /// As `2026-11-20`.
  public var description: String {
    var year = 1969 + number / 365
    while Self.daysSince1970(year: year + 1, month: 1, day: 1) <= number { year += 1 }
    var month: Int64 = 12
    while Self.daysSince1970(year: year, month: month, day: 1) > number { month -= 1 }
    let day = number - Self.daysSince1970(year: year, month: month, day: 1) + 1
    return "\(year)-\(Self.twoDigits(month))-\(Self.twoDigits(day))"
  }

  private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func number(_ digits: Substring) -> Int64? {
    digits.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) ? Int64(digits) : nil
  }

  /// In the Gregorian calendar, for a month of 1 … 12.
  private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    // Counted from March, a leap day is the last of its year and months have the lengths 31 30 31 30 31.
    let year = month <= 2 ? year - 1 : year
    let monthFromMarch = (month + 9) % 12
    let leapDays = year / 4 - year / 100 + year / 400
    return year * 365 + leapDays + (153 * monthFromMarch + 2) / 5 + day - 1 - 719_468
  }
}

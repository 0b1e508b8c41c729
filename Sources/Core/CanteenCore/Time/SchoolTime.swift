/// A calendar day at the school, written `2026-11-21`.
public struct SchoolDay: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
  public let year: Int
  public let month: Int
  public let day: Int

  /// Days since 1970-01-01 in the proleptic Gregorian calendar.
  init(daysSince1970 days: Int64) {
    // Civil-from-days: years are counted from March, so that the leap day is a year's last.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
    year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
  }

  /// - Throws: ``SchoolDayError`` unless the text is a day that exists, written `2026-11-21`.
  public init(_ text: String) throws(SchoolDayError) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
      text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      ),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
      (1...12).contains(month), (1...31).contains(day)
    else { throw SchoolDayError() }
    (self.year, self.month, self.day) = (year, month, day)
    guard SchoolDay(daysSince1970: daysSince1970) == self else { throw SchoolDayError() }
  }

  var daysSince1970: Int64 {
    let marchYear = Int64(month <= 2 ? year - 1 : year)
    let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  public static func < (lhs: SchoolDay, rhs: SchoolDay) -> Bool { lhs.daysSince1970 < rhs.daysSince1970 }

  public func advanced(byDays days: Int) -> SchoolDay {
    SchoolDay(daysSince1970: daysSince1970 + Int64(days))
  }

  public var description: String {
    func padded(_ number: Int, to width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
  }

  public init(from decoder: any Decoder) throws {
    try self.init(decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

public struct SchoolDayError: Error, Equatable, CustomStringConvertible {
  public init() {}

  public var description: String { "That is not a day; write it like 2026-11-21." }
}

/// A moment on the school's own clock face.
public struct SchoolTime: Sendable, Hashable {
  public let day: SchoolDay
  /// Whole minutes since midnight, 0 … 1439.
  public let minute: Int

  /// - Parameter utcOffset: minutes the school's clock is ahead of UTC. China keeps 480 all year.
  public init(_ time: Timestamp, utcOffset: Int) {
    let minutes = (time.millisecondsSince1970 + Int64(utcOffset) * 60_000).dividedDown(by: 60_000)
    let days = minutes.dividedDown(by: 1_440)
    day = SchoolDay(daysSince1970: days)
    minute = Int(minutes - days * 1_440)
  }
}

extension SchoolTime: CustomStringConvertible {
  /// For example `2026-11-21 12:03`.
  public var description: String { "\(day) \((minute / 60).twoDigits):\((minute % 60).twoDigits)" }
}

extension Timestamp {
  /// The day of this moment at a school.
  public func schoolDay(utcOffset: Int) -> SchoolDay { SchoolTime(self, utcOffset: utcOffset).day }

  /// To the second on the school's own clock face, for example `2026-11-21 12:03:05`.
  public func schoolTimeText(utcOffset: Int) -> String {
    let seconds = millisecondsSince1970.dividedDown(by: 1_000)
    return
      "\(SchoolTime(self, utcOffset: utcOffset)):\(Int(seconds - seconds.dividedDown(by: 60) * 60).twoDigits)"
  }
}

extension SchoolDay {
  /// The moment the day begins at the school.
  public func start(utcOffset: Int) -> Timestamp {
    Timestamp(millisecondsSince1970: daysSince1970 * 86_400_000 - Int64(utcOffset) * 60_000)
  }
}

extension Int {
  fileprivate var twoDigits: String { self < 10 ? "0\(self)" : "\(self)" }
}

extension Int64 {
  fileprivate func dividedDown(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}

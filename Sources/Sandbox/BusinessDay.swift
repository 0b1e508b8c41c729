import Foundation

/// A day in China (UTC+8): limits and bills count by it.
struct BusinessDay: Sendable, Codable, Hashable {
  /// Days since 1970-01-01 in UTC+8.
  let number: Int

  private static let timeZoneOffset = 8 * 3_600
  fileprivate static let timeZone = TimeZone(secondsFromGMT: timeZoneOffset) ?? .gmt
  private static let style = Date.ISO8601FormatStyle(timeZone: timeZone).year().month().day()

  init(of moment: Date) {
    number = Int(((moment.timeIntervalSince1970 + Double(Self.timeZoneOffset)) / 86_400).rounded(.down))
  }

  /// - Returns: nil for anything but an existing day as `2026-11-20`.
  init?(_ text: String) {
    guard let midnight = try? Date(text, strategy: Self.style) else { return nil }
    self.init(of: midnight)
    guard self.text == text else { return nil }
  }

  /// Midnight in China, when the day begins.
  var start: Date { Date(timeIntervalSince1970: Double(number * 86_400 - Self.timeZoneOffset)) }

  /// As `2026-11-20`.
  var text: String { start.formatted(Self.style) }
}

extension Date {
  /// RFC 3339 in China's time, as answers give it.
  var chinaRFC3339: String {
    formatted(Date.ISO8601FormatStyle(timeZoneSeparator: .colon, timeZone: BusinessDay.timeZone))
  }

  /// `2026-11-20 12:00:00` in China's time, as bills give it.
  var chinaBillTime: String {
    formatted(
      Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZone: BusinessDay.timeZone).year().month().day()
        .time(includingFractionalSeconds: false))
  }
}

import CanteenCore
import Foundation

/// An answer without content is an empty object, so that whatever reads it reads JSON.
func printJSON(_ answer: Data) {
  print(answer.isEmpty ? "{}" : String(decoding: answer, as: UTF8.self))
}

/// Two columns, the first as wide as its widest.
func printTable(_ rows: [(String, String)]) {
  let width = rows.map(\.0.count).max() ?? 0
  for (name, value) in rows {
    print(name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + value)
  }
}

/// Date and time in this machine's time zone.
func local(_ time: Timestamp) -> String {
  Date(timeIntervalSince1970: Double(time.millisecondsSince1970) / 1_000)
    .formatted(
      Date.ISO8601FormatStyle(timeZone: .current).year().month().day().dateTimeSeparator(.space)
        .time(includingFractionalSeconds: false))
}

/// A cosine for people.
func score(_ score: Float) -> String { String(format: "%.2f", Double(score)) }

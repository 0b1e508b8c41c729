import CanteenCore
import Foundation
import Testing

struct SchoolTimeTests {
  @Test func `The day changes at midnight in China`() {
    // 2026-11-20, 12:00 in China
    let noon = Timestamp(millisecondsSince1970: 1_795_147_200_000)
    #expect((noon).schoolDay(utcOffset: 480).description == "2026-11-20")
    #expect(
      (noon.advanced(by: .seconds(12 * 3_600 - 1))).schoolDay(utcOffset: 480).description == "2026-11-20")
    #expect((noon.advanced(by: .seconds(12 * 3_600))).schoolDay(utcOffset: 480).description == "2026-11-21")
    #expect(
      (noon.advanced(by: .seconds(-12 * 3_600 - 1))).schoolDay(utcOffset: 480).description == "2026-11-19")
  }

  @Test func `A moment is written as the school's clock shows it, whatever zone the machine is in`() {
    let noon = Timestamp(millisecondsSince1970: 1_795_147_200_000)
    #expect(noon.schoolTimeText(utcOffset: 480) == "2026-11-20 12:00:00")
    #expect(noon.advanced(by: .seconds(9 * 60 + 5)).schoolTimeText(utcOffset: 480) == "2026-11-20 12:09:05")
    #expect(noon.schoolTimeText(utcOffset: -270) == "2026-11-19 23:30:00")
    #expect(Timestamp(millisecondsSince1970: -1).schoolTimeText(utcOffset: 0) == "1969-12-31 23:59:59")
  }

  @Test func `Every day of two centuries is written as it is read, in order`() throws {
    let style = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day()
    var earlier: SchoolDay?
    for number in Int64(0)..<73_000 {
      let day = Timestamp(millisecondsSince1970: number * 86_400_000).schoolDay(utcOffset: 480)
      let text = Date(timeIntervalSince1970: Double(number) * 86_400).formatted(style)
      guard day.description == text, (try? SchoolDay(text)) == day, earlier.map({ $0 < day }) ?? true else {
        Issue.record("\(text) became \(day)")
        return
      }
      earlier = day
    }
  }

  @Test(arguments: [
    "2026-02-29", "2026-13-01", "2026-00-10", "2026-11-00", "20261120", "2026-11-2", "+026-11-20",
    "２０２６-11-20", "",
  ])
  func `What is no day is refused`(text: String) {
    #expect(throws: SchoolDayError()) { try SchoolDay(text) }
  }
}

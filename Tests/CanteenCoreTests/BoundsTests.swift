import CanteenCore
import Foundation
import Testing

/// What comes from outside is bounded where it is read, so that no sum of it overflows.
struct BoundsTests {
  @Test(arguments: ["9223372036854775807", "-9223372036854775808", "1000000000001", "-1000000000001"])
  func `An amount that no canteen ever had is not read`(text: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([Fen].self, from: Data("[\(text)]".utf8)) }
  }

  @Test(arguments: ["9223372036854775807", "-9223372036854775808", "-1", "7258118400000"])
  func `A time that no clock shows is not read`(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Timestamp].self, from: Data("[\(text)]".utf8))
    }
  }

  @Test(arguments: ["9223372036854775807", "-1", "1001"])
  func `More meals than anybody takes in a day are not read`(count: String) {
    let text = #"{"personal_fen":0,"meals":{"lunch":\#(count)}}"#
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(DayBook.Entry.self, from: Data(text.utf8))
    }
  }

  @Test func `Amounts and times of a canteen are read`() throws {
    for fen in [0, -100_00, 1_000_000_000_000] as [Int64] {
      #expect(try JSONDecoder().decode([Fen].self, from: Data("[\(fen)]".utf8)) == [Fen(fen)])
    }
    for time in [0, 1_795_147_200_000, 7_258_118_399_999] as [Int64] {
      let read = try JSONDecoder().decode([Timestamp].self, from: Data("[\(time)]".utf8))
      #expect(read == [Timestamp(millisecondsSince1970: time)])
    }
  }
}

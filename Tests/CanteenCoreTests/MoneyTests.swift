import CanteenCore
import Foundation
import Testing

struct MoneyTests {
  @Test(arguments: [
    ("12.50", 1250), ("12.5", 1250), ("12", 1200), ("0.01", 1), ("100", 10_000), ("007", 700),
  ])
  func `A keyed amount is read to the fen`(text: String, fen: Int64) throws {
    #expect(try Fen(yuan: text) == Fen(fen))
  }

  @Test(arguments: [
    "", ".", "1.", ".5", "1.234", "1e3", "１２．５", "-1", "+1", " 1", "1 ", "0x10", "1,5", "1..5", "1.5.0",
    "NaN",
    "1000000000000000000",
  ])
  func `Anything else is not an amount`(text: String) {
    #expect(throws: AmountError.notAnAmount) { try Fen(yuan: text) }
  }

  @Test(arguments: [(0, "0.00"), (5, "0.05"), (1250, "12.50"), (-1205, "-12.05")])
  func `Yuan have two decimals`(fen: Int64, text: String) {
    #expect(Fen(fen).yuan == text)
  }

  @Test func `Money in JSON is a whole number of fen`() throws {
    #expect(String(decoding: try JSONEncoder().encode([Fen(1250)]), as: UTF8.self) == "[1250]")
    #expect(throws: (any Error).self) { try JSONDecoder().decode([Fen].self, from: Data("[12.5]".utf8)) }
  }
}

struct IdentifierTests {
  @Test(arguments: ["", "a b", "学生", String(repeating: "x", count: 65), "a/b", "a\n"])
  func `A name from outside is checked`(text: String) {
    #expect(throws: IdentifierError.self) { try OutUserID(text) }
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode([OutUserID].self, from: JSONEncoder().encode([text]))
    }
  }

  @Test(arguments: ["12345", String(repeating: "9", count: 33), "AB CD6", "订单123456"])
  func `An order number from outside is checked`(text: String) {
    #expect(throws: OutTradeNumberError.self) { try OutTradeNumber(text) }
  }

  @Test func `No two orders of a run share a number`() throws {
    var numbering = try OrderNumbering(prefix: "20261121T01ABCDEF")
    let numbers = (0..<2_000).map { _ in numbering.next() }
    #expect(Set(numbers).count == 2_000)
  }
}

struct HexTests {
  @Test func `Hexadecimal reads back`() {
    let bytes: [UInt8] = [0, 1, 15, 16, 255]
    #expect(bytes.hex == "00010f10ff")
    #expect([UInt8](hex: bytes.hex) == bytes)
  }

  @Test(arguments: ["0", "0g", "zz", "00 "])
  func `Anything else is not hexadecimal`(text: String) {
    #expect([UInt8](hex: text) == nil)
  }
}

import CanteenCore
import Testing

struct BoundedTextTests {
  @Test func `A text is cut between characters`() {
    #expect("abc".cut(toBytes: 3) == "abc")
    #expect("abc".cut(toBytes: 2) == "ab")
    #expect("余额".cut(toBytes: 5) == "余")
    #expect("😀".cut(toBytes: 3) == "")
    #expect("".cut(toBytes: 0) == "")
    #expect(String(repeating: "额", count: 900).cut(toBytes: TextBounds.reason).utf8.count == 600)
  }
}

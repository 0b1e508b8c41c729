import CanteenCore
import CanteenTestSupport
import Foundation
import GatewayProtocol
import Testing

/// Old ledgers and other programs were written by `JSONEncoder`: one value has one text, whoever writes it.
struct CanonicalJSONTests {
  private func expectSameText(
    _ value: some Encodable, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let theirs = String(decoding: try encoder.encode(value), as: UTF8.self)
    #expect(try CanonicalJSON.text(value) == theirs, sourceLocation: sourceLocation)
    #expect(try CanonicalJSON.data(value) == Data(theirs.utf8), sourceLocation: sourceLocation)
  }

  @Test func `Every kind of ledger entry reads as JSONEncoder writes it`() throws {
    let (order, anna) = (
      try Order.sample("ORDER-0001", subsidy: Fen(300), period: "lunch"), try OperatorID("anna")
    )
    let (number, at) = (order.outTradeNumber, order.acceptedAt)
    let refund = Refund(undoing: number, amount: Fen(100), reason: "汤 \"cold\"\n")
    let payloads: [LedgerPayload] = [
      .orderAccepted(order), .orderAccepted(try .sample("ORDER-0002", user: nil)),
      .orderResult(
        OrderResult(outTradeNumber: number, state: .paid, transactionID: "4/2", reason: nil, at: at)),
      .orderVoided(VoidOrder(outTradeNumber: number, operatorID: anna, reason: "wrong \\ dish")),
      .refundRequested(refund),
      .refundResult(RefundResult(refund: refund, state: .refunded, refundID: "F", reason: nil, at: at)),
      .shiftOpened(Shift(number: 1, operatorID: anna, openedAt: at)),
      .shiftClosed(ShiftClosed(shift: 1, operatorID: anna, at: at)),
      .staffAction(StaffRecord(operatorID: anna, action: .void, outTradeNumber: nil, reason: nil)),
      .userStanding(UserStanding(user: try OutUserID("s1"), bar: nil)),
      .clockJumped(ClockJump(milliseconds: -5)),
    ]
    for payload in payloads {
      try expectSameText(payload)
      #expect(
        try CanonicalJSON.decode(LedgerPayload.self, from: CanonicalJSON.text(payload)) == payload)
    }
    try expectSameText(payloads)
  }

  @Test(arguments: [
    "", "学生 👩‍🍳", "a/b", "\"\\", "\u{0}\u{1}\u{8}\u{9}\u{A}\u{B}\u{C}\u{D}\u{1F}\u{7F}", "\u{2028}e\u{301}",
  ])
  func `Any text is escaped as JSONEncoder does`(text: String) throws {
    try expectSameText(text)
    try expectSameText([text: text])
  }

  @Test(arguments: [
    0, -0.0, 1, -1, 0.1, 1e15, 1e16, 1e17, 1e-5, 1.5e300, .leastNonzeroMagnitude, 0.8, 100.25,
  ])
  func `Any number is written as JSONEncoder does`(number: Double) throws {
    try expectSameText(number)
    try expectSameText([number])
    try expectSameText(Float(number.isSubnormal || number > 1e30 ? 0.3 : number))
  }

  @Test func `Keys are in the same order, whatever they are`() throws {
    let keys = ["a10", "a2", "_0", "B", "b", "a_b", "aB", "ab", "é", "e", "z", "-", "10", "9", "学", ""]
    try expectSameText(Dictionary(uniqueKeysWithValues: keys.map { ($0, $0.count) }))
  }

  private struct Everything: Encodable {
    var bytes = Data([0, 1, 255])
    var noBytes = Data()
    var address = URL(string: "https://gateway.school:8443/v1?a=1")
    var moment = Date(timeIntervalSinceReferenceDate: 5)
    var none: Int?
    var nested: [[Int?]] = [[1, nil], []]
    var small: [Int8] = [.min, .max]
    var large: [UInt64] = [.max]
    var isSo = true
    var empty: [String: Int] = [:]
    var byNumber = [1: "a"]
    var deep = ["k": [["x": false]]]
  }

  @Test func `Bytes, addresses, nothing, nesting and every width of integer too`() throws {
    try expectSameText(Everything())
  }

  @Test(arguments: [Double.nan, .infinity])
  func `What is no number in JSON is refused`(number: Double) {
    #expect(throws: EncodingError.self) { try CanonicalJSON.text(["score": number]) }
  }
}

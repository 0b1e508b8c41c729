import CanteenCore
import Foundation
import PaymentPlatform
import Testing

@testable import WeChatPay

@Suite struct RefundOutcomeTests {
  private func refund(reason: String? = nil) throws -> OrderRefund {
    OrderRefund(
      subMerchant: "1600000001", outTradeNumber: try OutTradeNumber("T20261121-000001"),
      outRefundNumber: try OutRefundNumber("R-1"), amount: Fen(300), total: Fen(1_250), reason: reason)
  }

  private func record(_ status: String, number: String = "R-1", refund: Int = 300, total: Int = 1_250)
    -> String
  {
    #"{"refund_id":"5030","out_refund_no":"\#(number)","out_trade_no":"T20261121-000001","#
      + #""status":"\#(status)","amount":{"refund":\#(refund),"total":\#(total)}}"#
  }

  private func sent() throws -> SentRefund {
    let refund = try refund()
    return SentRefund(
      Refund(
        outRefundNumber: refund.outRefundNumber, outTradeNumber: refund.outTradeNumber, amount: refund.amount,
        operatorID: nil, reason: ""), charged: refund.total)
  }

  private func outcome(_ status: Int, _ body: String) throws -> RefundOutcome {
    RefundOutcome(answer: VerifiedAnswer(status: status, body: Data(body.utf8)), to: try sent())
  }

  private func queried(_ status: Int, _ body: String) throws -> RefundOutcome {
    RefundOutcome(
      answer: VerifiedAnswer(status: status, body: Data(body.utf8)), toQueryFor: try sent())
  }

  private func isUnknown(_ outcome: RefundOutcome) -> Bool {
    if case .unknown = outcome { true } else { false }
  }

  @Test func `Only SUCCESS is a refund, the rest is on its way, over, or unknown`() throws {
    for answer in [outcome, queried] {
      #expect(try answer(200, record("SUCCESS")) == .refunded(refundID: "5030"))
      #expect(try answer(200, record("PROCESSING")) == .processing(stuck: false))
      #expect(try answer(200, record("ABNORMAL")) == .processing(stuck: true))
      #expect(
        try answer(200, record("CLOSED"))
          == .notRefunded(.forGood, reason: "CLOSED"))
      #expect(
        try answer(200, record("NEW"))
          == .unknown(reason: UncertaintyReason.pending(state: "NEW").description))
      #expect(try answer(200, "not json") == .unknown(reason: UncertaintyReason.contradictory.description))
    }
  }

  @Test func `An answer about another refund, order or amount is unknown`() throws {
    for body in [
      record("SUCCESS", number: "R-2"), record("SUCCESS", refund: 301), record("SUCCESS", total: 1_251),
      record("SUCCESS").replacingOccurrences(of: "000001", with: "000002"),
      record("SUCCESS").replacingOccurrences(of: "5030", with: ""),
      record("SUCCESS").replacingOccurrences(of: "300", with: "3e2"),
      record("SUCCESS").replacingOccurrences(of: #""status""#, with: #""status":"CLOSED","status""#),
    ] {
      #expect(try outcome(200, body) == .unknown(reason: UncertaintyReason.contradictory.description))
      #expect(try queried(200, body) == .unknown(reason: UncertaintyReason.contradictory.description))
    }
  }

  @Test(arguments: [202, 204, 302, 409, 500, 502, 503, 504])
  func `A status that decides nothing is unknown`(status: Int) throws {
    #expect(isUnknown(try outcome(status, #"{"code":"SYSTEM_ERROR","message":"m"}"#)))
  }

  @Test(
    arguments: [
      (403, "NOT_ENOUGH", .tryLater), (403, "RULE_LIMIT", .tryLater), (400, "INVALID_REQUEST", .forGood),
      (404, "RESOURCE_NOT_EXISTS", .tryLater), (403, "USER_ACCOUNT_ABNORMAL", .forGood),
    ] as [(Int, String, RefundOutcome.Refusal)])
  func `A refusal gave nothing back and says what to do`(
    status: Int, code: String, expected: RefundOutcome.Refusal
  ) throws {
    #expect(
      try outcome(status, #"{"code":"\#(code)","message":"m"}"#)
        == .notRefunded(expected, reason: "\(code) m"))
  }

  @Test(arguments: [(401, "SIGN_ERROR"), (403, "NO_AUTH"), (400, "PARAM_ERROR")])
  func `What speaks of the merchant ends no refund`(status: Int, code: String) throws {
    #expect(
      try outcome(status, #"{"code":"\#(code)","message":"m"}"#)
        == .heldUp(Standstill(.merchant, reason: "\(code) m")))
  }

  @Test func `A platform that is asked too often holds up every refund`() throws {
    for answer in [outcome, queried] {
      #expect(
        try answer(429, #"{"code":"FREQUENCY_LIMITED","message":"m"}"#)
          == .heldUp(Standstill(.busy(retryAfter: nil), reason: "FREQUENCY_LIMITED m")))
    }
  }

  @Test(arguments: ["请求重入时参数与首次不一致", "订单金额或退款金额与之前请求不一致,请核实后再试"])
  func `A number that was used before has to be queried`(message: String) throws {
    #expect(isUnknown(try outcome(400, #"{"code":"INVALID_REQUEST","message":"\#(message)"}"#)))
  }

  @Test(arguments: [400, 401, 403, 404, 500])
  func `A refused query says nothing about the refund`(status: Int) throws {
    #expect(isUnknown(try queried(status, #"{"code":"X","message":"m"}"#)))
  }

  @Test func `A query for a refund the platform never saw says so`() throws {
    #expect(
      try queried(404, #"{"code":"RESOURCE_NOT_EXISTS","message":"m"}"#)
        == .notRefunded(.notFound, reason: "RESOURCE_NOT_EXISTS m"))
  }

  @Test func `Only a call that was never sent is known to have given nothing back`() {
    #expect(
      RefundOutcome(withoutAnswer: .notSent(reason: "no connection"))
        == .notRefunded(.tryLater, reason: "NOT_SENT no connection"))
    #expect(isUnknown(RefundOutcome(withoutAnswer: .noAnswer(reason: "timeout"))))
    #expect(isUnknown(RefundOutcome(withoutAnswer: .unverified(.wrongSignature))))
  }

  @Test func `The body is the same at every retry, and the reason fits into 80 bytes`() throws {
    let refund = try refund(reason: "打错🍚" + String(repeating: "餐", count: 40))
    #expect(try refund.body() == refund.body())
    #expect(
      String(decoding: try refund.body(), as: UTF8.self)
        == #"{"amount":{"currency":"CNY","refund":300,"total":1250},"out_refund_no":"R-1","#
        + #""out_trade_no":"T20261121-000001","reason":"打错\#(String(repeating: "餐", count: 24))","#
        + #""sub_mchid":"1600000001"}"#)
  }

  @Test(arguments: ["", "R 1", "R/1", "R?1", "退款", String(repeating: "R", count: 65)])
  func `A refund number that could change an address is refused`(text: String) {
    #expect(throws: OutRefundNumberError.self) { try OutRefundNumber(text) }
  }
}

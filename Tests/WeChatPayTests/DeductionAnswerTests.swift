import CanteenCore
import Foundation
import PaymentPlatform
import Testing

@testable import WeChatPay

@Suite struct DeductionAnswerTests {
  private func deduction(amount: Int64 = 1_250) throws -> FaceDeduction {
    FaceDeduction(
      authCode: "token", subMerchant: "1600000001", outTradeNumber: try OutTradeNumber("T20261121-000001"),
      description: "午餐🍚", amount: Fen(amount), deviceIP: "127.0.0.1")
  }

  private func sent() throws -> ExpectedTransaction {
    ExpectedTransaction(
      outTradeNumber: try deduction().outTradeNumber, amount: Fen(1_250), spMerchant: "1900000001",
      subMerchant: "1600000001")
  }

  private func transaction(_ fields: String) -> String {
    #"{"out_trade_no":"T20261121-000001","amount":{"total":1250,"currency":"CNY"},"# + fields + "}"
  }

  private func outcome(_ status: Int, _ body: String) throws -> Deduction {
    Deduction(answer: VerifiedAnswer(status: status, body: Data(body.utf8)), to: try sent())
  }

  private func kind(_ status: Int, _ body: String) throws -> Deduction.Refusal? {
    if case .notCharged(let kind, _) = try outcome(status, body) { kind } else { nil }
  }

  private func cause(_ status: Int, _ body: String) throws -> Standstill.Cause? {
    try outcome(status, body).standstill?.cause
  }

  private func isUnknown(_ outcome: Deduction) -> Bool {
    if case .unknown = outcome { true } else { false }
  }

  @Test func `Only SUCCESS with a transaction number is a charge`() throws {
    let id = #""transaction_id":"4200001""#
    #expect(
      try outcome(200, transaction(#""trade_state":"SUCCESS",\#(id)"#))
        == .charged(transactionID: "4200001", advanced: false))
    #expect(
      try outcome(200, transaction(#""trade_state":"SUCCESS","debt_state":"DEBT",\#(id)"#))
        == .charged(transactionID: "4200001", advanced: true))
    #expect(
      try outcome(200, transaction(#""trade_state":"SUCCESS","debt_state":"REPAYMENT",\#(id)"#))
        == .charged(transactionID: "4200001", advanced: false))
    #expect(
      try outcome(200, transaction(#""trade_state":"SUCCESS""#))
        == .unknown(reason: UncertaintyReason.contradictory.description))
  }

  @Test func `HTTP 200 with PAYERROR took nothing`() throws {
    #expect(
      try kind(200, transaction(#""trade_state":"PAYERROR","error_type":"NOTENOUGH""#)) == .insufficientFunds)
    #expect(
      try kind(200, transaction(#""trade_state":"PAYERROR","error_type":"NOT_ENOUGH""#)) == .insufficientFunds
    )
    #expect(try kind(200, transaction(#""trade_state":"PAYERROR""#)) == .overLimit)
    #expect(
      try kind(200, transaction(#""trade_state":"PAYERROR","error_type":"SOMETHING_NEW""#)) == .overLimit)
    #expect(try kind(200, transaction(#""trade_state":"CLOSED""#)) == .forGood)
  }

  @Test(arguments: ["USERPAYING", "ACCEPT", "NOTPAY", "SOMETHING_NEW"])
  func `A state that is neither paid nor failed is unknown`(state: String) throws {
    #expect(
      try outcome(200, transaction(#""trade_state":"\#(state)""#))
        == .unknown(reason: UncertaintyReason.pending(state: state).description))
  }

  /// What the platform says of a paid order, with one part replaced.
  private func paid(_ part: String = "", by other: String = "") -> String {
    let whole =
      #"{"out_trade_no":"T20261121-000001","sp_mchid":"1900000001","sub_mchid":"1600000001","#
      + #""amount":{"total":1250,"currency":"CNY"},"trade_state":"SUCCESS","transaction_id":"42000"}"#
    return part.isEmpty ? whole : whole.replacingOccurrences(of: part, with: other)
  }

  @Test(
    arguments: [
      ("T20261121-000001", "T20261121-000002"), ("1900000001", "1900000009"), ("1600000001", "1600000009"),
      ("1250", "1"), ("CNY", "USD"), (#""42000""#, #""""#), ("1250", "125e1"), ("1250", "1250.0"),
      (#""trade_state""#, #""trade_state":"NOTPAY","trade_state""#),
      (#""amount":{"total":1250,"currency":"CNY"},"#, ""),
    ])
  func `An answer about other money, or one that can be read in two ways, is unknown`(
    part: String, other: String
  )
    throws
  {
    let unknown = Deduction.unknown(reason: UncertaintyReason.contradictory.description)
    #expect(try outcome(200, paid(part, by: other)) == unknown)
    let query = VerifiedAnswer(status: 200, body: Data(paid(part, by: other).utf8))
    #expect(Deduction(answer: query, toQueryFor: try sent()) == unknown)
    #expect(try outcome(200, paid()) == .charged(transactionID: "42000", advanced: false))
    #expect(try outcome(200, "not json") == unknown)
  }

  @Test(arguments: [202, 204, 302, 409, 500, 502, 503, 504])
  func `A status that decides nothing is unknown`(status: Int) throws {
    #expect(isUnknown(try outcome(status, #"{"code":"SYSTEM_ERROR","message":"m"}"#)))
  }

  @Test(
    arguments: [
      (403, "RULE_LIMIT", .overLimit), (403, "NOT_ENOUGH", .insufficientFunds),
      (403, "USER_ACCOUNT_ABNORMAL", .frozen), (403, "RISK_REJECTED", .riskRejected),
      (400, "INVALID_REQUEST", .forGood), (403, "CONTRACT_NOT_EXIST", .forGood),
    ] as [(Int, String, Deduction.Refusal)])
  func `A refusal took nothing and says what to do`(
    status: Int, code: String, expected: Deduction.Refusal
  ) throws {
    #expect(try kind(status, #"{"code":"\#(code)","message":"m"}"#) == expected)
  }

  @Test func `A number that was used before has to be queried`() throws {
    let body = #"{"code":"INVALID_REQUEST","message":"请求重入时参数与首次不一致"}"#
    #expect(isUnknown(try outcome(400, body)))
  }

  @Test func `Only a call that was never sent is known to have taken nothing`() {
    #expect(
      Deduction(withoutAnswer: .notSent(reason: "no connection"))
        == .notCharged(.tryLater, reason: "NOT_SENT no connection"))
    #expect(isUnknown(Deduction(withoutAnswer: .noAnswer(reason: "timeout"))))
    #expect(isUnknown(Deduction(withoutAnswer: .unverified(.wrongSignature))))
  }

  @Test(arguments: [400, 401, 403, 404, 500])
  func `A refused query says nothing about the order`(status: Int) throws {
    let answer = VerifiedAnswer(status: status, body: Data(#"{"code":"X","message":"m"}"#.utf8))
    #expect(isUnknown(Deduction(answer: answer, toQueryFor: try sent())))
    #expect(UncertaintyReason(queryWithoutAnswer: .notSent(reason: "down")) == .noAnswer("down"))
    #expect(UncertaintyReason(queryWithoutAnswer: .unreadable) == .contradictory)
  }

  @Test func `A query for an order the platform never saw says so`() throws {
    let answer = VerifiedAnswer(status: 404, body: Data(#"{"code":"ORDER_NOT_EXIST","message":"m"}"#.utf8))
    #expect(
      Deduction(answer: answer, toQueryFor: try sent())
        == .notCharged(.notFound, reason: "ORDER_NOT_EXIST m"))
  }

  @Test func `The body is the same at every retry, plain UTF-8 and without four-byte characters`() throws {
    let bodies = try (0..<3).map { _ in
      try deduction().body(spMerchant: "1900000001", spAppID: "wx1")
    }
    #expect(Set(bodies).count == 1)
    #expect(
      String(decoding: bodies[0], as: UTF8.self)
        == #"{"amount":{"currency":"CNY","total":1250},"auth_code":"token","business":{"business_product_id":2,"#
        + #""business_scene_id":3},"description":"午餐","out_trade_no":"T20261121-000001","#
        + #""scene_info":{"device_ip":"127.0.0.1"},"sp_appid":"wx1","sp_mchid":"1900000001","#
        + #""sub_mchid":"1600000001"}"#)
  }

  @Test func `A used-up limit is one wherever the platform says so, and waits for another day`() throws {
    #expect(try kind(429, #"{"code":"RULE_LIMIT","message":"m"}"#) == .overLimit)
    let failed = transaction(#""trade_state":"PAYERROR","error_type":"RULE_LIMIT""#)
    #expect(try kind(200, failed) == .overLimit)
  }

  @Test(
    arguments: [
      (400, "APPID_MCHID_NOT_MATCH"), (400, "MCH_NOT_EXISTS"), (404, "NOT_FOUND"), (401, "SIGN_ERROR"),
      (403, "NO_AUTH"), (400, "PARAM_ERROR"),
    ])
  func `What speaks of the merchant ends no order`(status: Int, code: String) throws {
    #expect(try cause(status, #"{"code":"\#(code)","message":"m"}"#) == .merchant)
  }

  @Test(
    arguments: [
      (429, "RATELIMIT_EXCEEDED"), (403, "REQUEST_BLOCKED"), (403, "FREQUENCY_LIMIT_EXCEED"),
    ])
  func `What speaks of the moment ends no order`(status: Int, code: String) throws {
    #expect(try cause(status, #"{"code":"\#(code)","message":"m"}"#) == .busy(retryAfter: nil))
  }

  @Test func `How long the platform wants to be left alone is heard`() throws {
    var answer = VerifiedAnswer(status: 429, body: Data(#"{"code":"RATELIMIT_EXCEEDED"}"#.utf8))
    answer.retryAfter = .seconds(60)
    #expect(Deduction(answer: answer, to: try sent()).standstill?.cause == .busy(retryAfter: .seconds(60)))
    #expect(
      Deduction(answer: answer, toQueryFor: try sent()).standstill?.cause == .busy(retryAfter: .seconds(60)))
  }

  @Test(arguments: [("/auth_code", true), ("amount", true), ("/description", false), ("sub_mchid", false)])
  func `A wrong parameter ends an order where it is the order's, not where it is the merchant's`(
    field: String, ends: Bool
  ) throws {
    let body = #"{"code":"PARAM_ERROR","message":"m","detail":{"field":"\#(field)"}}"#
    #expect(try kind(400, body) == (ends ? .forGood : nil))
    #expect(try cause(400, body) == (ends ? nil : .merchant))
  }

  @Test(arguments: ["SYSTEM_ERROR", "BANKERROR", "SYSTEM_BUSY", "NEVER_HEARD_OF", ""])
  func `The platform's own trouble, or a code that nobody knows, leaves open whether money was taken`(
    code: String
  ) throws {
    #expect(isUnknown(try outcome(400, #"{"code":"\#(code)","message":"m"}"#)))
  }

  @Test func `An odd detail hides no code`() throws {
    for detail in ["[]", "1", #"{"field":7}"#] {
      #expect(isUnknown(try outcome(400, #"{"code":"SYSTEM_ERROR","message":"m","detail":\#(detail)}"#)))
    }
  }
}

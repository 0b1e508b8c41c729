import CanteenCore
import Foundation
import PaymentPlatform
import Testing
import WeChatPay

@Suite(.timeLimit(.minutes(3))) struct RefundTests {
  private func refundID(_ outcome: RefundOutcome) throws -> String {
    guard case .refunded(let refundID) = outcome else { throw Unrefunded(outcome: outcome) }
    return refundID
  }

  private struct Unrefunded: Error { let outcome: RefundOutcome }

  private func refusal(_ outcome: RefundOutcome) -> RefundOutcome.Refusal? {
    if case .notRefunded(let kind, _) = outcome { kind } else { nil }
  }

  @Test func `A refund gives the money back once, however often it is sent`() async throws {
    try await withStage { stage in
      try await stage.pay("order-0001", userID: stage.contract())
      #expect(try await stage.balance() == 18_750)
      let refund = try stage.refund("refund-01", reason: "打错金额")
      let first = await stage.client.refund(refund)
      let refundID = try refundID(first)
      #expect(refundID.count == 28)
      #expect(await stage.client.refund(refund) == first)
      #expect(try await stage.queryRefund("refund-01") == first)
      #expect(try await stage.balance() == 20_000)
      #expect(
        try await stage.refunds() == [
          .init(
            out_refund_no: "refund-01", refund_id: refundID, amount_fen: 1_250, status: "SUCCESS", attempts: 2
          )
        ])
    }
  }

  @Test func `A refunded order counts as charged and is not charged again`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      let deduction = try await stage.deduction(of: userID, number: "order-0001")
      let charged = await stage.client.deduct(deduction)
      _ = await stage.client.refund(try stage.refund("refund-01"))
      #expect(try await stage.query("order-0001") == charged)
      #expect(await stage.client.deduct(deduction) == charged)
      #expect(try await stage.transaction("order-0001").charges == 1)
      #expect(try await stage.balance() == 20_000)
    }
  }

  @Test(arguments: ["error_after_taking", "unsigned_answer", "drop_connection"])
  func `A refund whose answer is lost is found by the query, and its repetition is the same refund`(
    fault: String
  ) async throws {
    try await withStage { stage in
      try await stage.pay("order-0001", userID: stage.contract())
      let refund = try stage.refund("refund-01")
      try await stage.refundFault(fault)
      guard case .unknown(let reason) = await stage.client.refund(refund) else {
        Issue.record("a lost answer must be unknown")
        return
      }
      if fault == "unsigned_answer" { #expect(reason == UncertaintyReason.unverified(.unsigned).description) }
      let found = try await stage.queryRefund("refund-01")
      _ = try refundID(found)
      #expect(await stage.client.refund(refund) == found)
      #expect(try await stage.refunds().count == 1)
      #expect(try await stage.balance() == 20_000)
    }
  }

  @Test func `A refund repeated after a timeout is one refund`() async throws {
    try await withStage { stage in
      try await stage.pay("order-0001", userID: stage.contract())
      let refund = try stage.refund("refund-01", amount: 500)
      try await stage.refundFault("timeout_after_taking")
      let hurried = try stage.client(answerTimeout: .milliseconds(300))
      #expect(
        await hurried.refund(refund) == .unknown(reason: UncertaintyReason.noAnswer("timeout").description))
      _ = try refundID(await stage.client.refund(refund))
      #expect(try await stage.refunds().map(\.amount_fen) == [500])
      #expect(try await stage.balance() == 19_250)
    }
  }

  @Test func `An error before refunding and a rate limit leave no refund behind`() async throws {
    try await withStage { stage in
      try await stage.pay("order-0001", userID: stage.contract())
      let refund = try stage.refund("refund-01")
      try await stage.refundFault("error_before_taking")
      try await stage.refundFault("frequency_limited")
      guard case .unknown(let reason) = await stage.client.refund(refund),
        reason.hasPrefix("the platform has not decided")
      else {
        Issue.record("a 500 must be unknown")
        return
      }
      #expect(refusal(try await stage.queryRefund("refund-01")) == .notFound)
      #expect(await stage.client.refund(refund).standstill?.cause == .busy(retryAfter: nil))
      #expect(try await stage.refunds().isEmpty)
      _ = try refundID(await stage.client.refund(refund))
    }
  }

  @Test func `A fault ordered for refunds leaves deductions alone`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      try await stage.refundFault("error_before_taking")
      try await stage.pay("order-0001", userID: userID)
      try await stage.fault("error_before_taking")
      guard case .unknown = await stage.client.refund(try stage.refund("refund-01")) else {
        Issue.record("the refund's own fault must strike")
        return
      }
      _ = try refundID(await stage.client.refund(try stage.refund("refund-01")))
    }
  }

  @Test func `The same number with other parameters refunds nothing more and has to be queried`() async throws
  {
    try await withStage { stage in
      let userID = try await stage.contract()
      try await stage.pay("order-0001", userID: userID)
      try await stage.pay("order-0002", userID: userID)
      let first = await stage.client.refund(try stage.refund("refund-01", amount: 300))
      for changed in [
        try stage.refund("refund-01", amount: 400),
        try stage.refund("refund-01", of: "order-0002", amount: 300),
      ] {
        guard case .unknown(let reason) = await stage.client.refund(changed),
          reason.hasPrefix("the number was used before")
        else {
          Issue.record("the number is in use")
          return
        }
      }
      #expect(try await stage.queryRefund("refund-01", amount: 300) == first)
      #expect(try await stage.balance() == 20_000 - 2_500 + 300)
    }
  }

  @Test func `Parts add up to the paid amount and not a fen more`() async throws {
    try await withStage { stage in
      try await stage.pay("order-0001", userID: stage.contract())
      _ = try refundID(await stage.client.refund(try stage.refund("part-1", amount: 1_000)))
      #expect(
        refusal(await stage.client.refund(try stage.refund("part-2", amount: 251))) == .forGood)
      _ = try refundID(await stage.client.refund(try stage.refund("part-3", amount: 250)))
      #expect(refusal(await stage.client.refund(try stage.refund("part-4", amount: 1))) == .forGood)
      #expect(try await stage.refunds().map(\.out_refund_no) == ["part-1", "part-3"])
      #expect(try await stage.balance() == 20_000)
    }
  }

  @Test func `An order is refunded in at most fifty parts`() async throws {
    try await withStage { stage in
      try await stage.pay("order-0001", userID: stage.contract())
      for part in 1...50 {
        _ = try refundID(await stage.client.refund(try stage.refund("part-\(part)", amount: 1)))
      }
      #expect(refusal(await stage.client.refund(try stage.refund("part-51", amount: 1))) == .forGood)
      _ = try refundID(await stage.client.refund(try stage.refund("part-50", amount: 1)))
      #expect(try await stage.refunds().count == 50)
    }
  }

  @Test func `What was never paid, a wrong total, and no money at all are refused`() async throws {
    try await withStage { stage in
      try await stage.pay("order-0001", userID: stage.contract())
      for wrong in [
        try stage.refund("wrong-2", amount: 100, total: 1_251),
        try stage.refund("wrong-3", amount: 0), try stage.refund("wrong-4", amount: 1_251, total: 1_250),
      ] {
        #expect(refusal(await stage.client.refund(wrong)) == .forGood, "\(wrong.outRefundNumber)")
        #expect(refusal(try await stage.queryRefund(wrong.outRefundNumber.text)) == .notFound)
      }
      #expect(try await stage.refunds().isEmpty)
    }
  }

  @Test func `After a year an order is not refunded any more`() async throws {
    try await withStage { stage in
      try await stage.pay("order-0001", userID: stage.contract())
      stage.clock.advance(by: .seconds(365 * 86_400))
      _ = try refundID(await stage.client.refund(try stage.refund("part-1", amount: 1)))
      stage.clock.advance(by: .seconds(1))
      #expect(refusal(await stage.client.refund(try stage.refund("part-2", amount: 1))) == .forGood)
    }
  }
}

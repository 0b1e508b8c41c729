import CanteenCore
import Foundation
import PaymentPlatform
import Testing
import WeChatPay

@Suite(.timeLimit(.minutes(5))) struct DeductionTests {
  @Test func `A recognised student is charged once, however often the order is sent`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      let deduction = try await stage.deduction(of: userID, number: "order-0001")
      let first = await stage.client.deduct(deduction)
      guard case .charged(let transactionID, advanced: false) = first else {
        Issue.record("not charged: \(first)")
        return
      }
      #expect(transactionID.count == 28)
      #expect(await stage.client.deduct(deduction) == first)
      #expect(try await stage.query("order-0001") == first)
      #expect(
        try await stage.transactions() == [
          .init(
            out_trade_no: "order-0001", transaction_id: transactionID, out_user_id: "student-01",
            amount_fen: 1_250, trade_state: "SUCCESS", debt_state: "NOT_DEBT", attempts: 2, charges: 1)
        ])
    }
  }

  @Test func `The same order sent at the same moment by many is charged once`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      let deduction = try await stage.deduction(of: userID, number: "order-0001")
      let outcomes = await withTaskGroup(of: Deduction.self) { group in
        for _ in 0..<20 { group.addTask { await stage.client.deduct(deduction) } }
        return await group.reduce(into: [Deduction]()) { $0.append($1) }
      }
      // On a busy machine some get no connection or hear nothing in time; whoever hears something hears the same.
      let heard = outcomes.filter { outcome in
        switch outcome {
        case .unknown(let reason): !reason.hasPrefix("no whole answer")
        case .notCharged(.tryLater, let reason): !reason.hasPrefix("NOT_SENT")
        default: true
        }
      }
      #expect(!heard.isEmpty && heard.allSatisfy { $0 == heard[0] })
      #expect(try await stage.transaction("order-0001").charges == 1)
    }
  }

  @Test func `A repetition with another amount is refused and charges nothing more`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      let deduction = try await stage.deduction(of: userID, number: "order-0001")
      let first = await stage.client.deduct(deduction)
      let changed = try await stage.deduction(of: userID, number: "order-0001", amount: 1_300)
      let refusal = PlatformRefusal(
        status: 400, code: "INVALID_REQUEST", message: "请求重入时参数与首次不一致")
      #expect(
        await stage.client.deduct(changed)
          == .unknown(reason: UncertaintyReason.numberInUse(refusal).description))
      #expect(try await stage.query("order-0001") == first)
      #expect(try await stage.transaction("order-0001").charges == 1)
    }
  }

  @Test(arguments: ["error_after_taking", "unsigned_answer", "drop_connection"])
  func `When the answer is lost after taking, the query finds the charge`(fault: String) async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      let deduction = try await stage.deduction(of: userID, number: "order-0001")
      try await stage.fault(fault)
      let first = await stage.client.deduct(deduction)
      guard case .unknown(let reason) = first else {
        Issue.record("\(fault) gave \(first)")
        return
      }
      if fault == "unsigned_answer" { #expect(reason == UncertaintyReason.unverified(.unsigned).description) }
      let found = try await stage.query("order-0001")
      guard case .charged = found else {
        Issue.record("the query gave \(found)")
        return
      }
      #expect(await stage.client.deduct(deduction) == found)
      #expect(try await stage.transaction("order-0001").charges == 1)
    }
  }

  @Test func `An answer that does not come in time leaves the outcome unknown`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      let deduction = try await stage.deduction(of: userID, number: "order-0001")
      try await stage.fault("timeout_after_taking")
      let hurried = try stage.client(answerTimeout: .milliseconds(300))
      #expect(
        await hurried.deduct(deduction) == .unknown(reason: UncertaintyReason.noAnswer("timeout").description)
      )
      let found = try await stage.query("order-0001")
      guard case .charged = found else {
        Issue.record("the query gave \(found)")
        return
      }
    }
  }

  @Test func `An error before taking leaves no order behind, and the same order succeeds later`() async throws
  {
    try await withStage { stage in
      let userID = try await stage.contract()
      let deduction = try await stage.deduction(of: userID, number: "order-0001")
      try await stage.fault("error_before_taking")
      guard case .unknown(let reason) = await stage.client.deduct(deduction),
        reason.hasPrefix("the platform has not decided")
      else {
        Issue.record("a 500 must be unknown")
        return
      }
      guard case .notCharged(.notFound, _) = try await stage.query("order-0001") else {
        Issue.record("nothing was taken")
        return
      }
      guard case .charged = await stage.client.deduct(deduction) else {
        Issue.record("the same order must succeed now")
        return
      }
    }
  }

  @Test func `A rate limit takes nothing and asks to try later, as often as ordered`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      let deduction = try await stage.deduction(of: userID, number: "order-0001")
      try await stage.fault("frequency_limited", count: 2)
      for _ in 0..<2 {
        #expect(
          await stage.client.deduct(deduction)
            == .heldUp(Standstill(.busy(retryAfter: nil), reason: "RATELIMIT_EXCEEDED 频率超限")))
      }
      guard case .charged = await stage.client.deduct(deduction) else {
        Issue.record("the third call must succeed")
        return
      }
    }
  }

  @Test func `An order that risk control refuses is told as such, and takes nothing`() async throws {
    try await withStage { stage in
      let deduction = try await stage.deduction(of: stage.contract(), number: "order-0001")
      try await stage.fault("risk_rejected")
      guard case .notCharged(.riskRejected, _) = await stage.client.deduct(deduction) else {
        Issue.record("the platform distrusts it")
        return
      }
      #expect(try await stage.transactions().isEmpty)
    }
  }

  @Test(arguments: [("accepted", false), ("altered_answer", true)])
  func `An answer that decides nothing, or was changed on its way, is unknown`(fault: String, taken: Bool)
    async throws
  {
    try await withStage { stage in
      let deduction = try await stage.deduction(of: stage.contract(), number: "order-0001")
      try await stage.fault(fault)
      guard case .unknown = await stage.client.deduct(deduction) else {
        Issue.record("\(fault) decides nothing")
        return
      }
      #expect(try await stage.transactions().count == (taken ? 1 : 0))
      guard case .charged = await stage.client.deduct(deduction) else {
        Issue.record("the same order again is charged, once")
        return
      }
      #expect(try await stage.transaction("order-0001").charges == 1)
    }
  }

  @Test func `A question may be answered from an old copy`() async throws {
    try await withStage { stage in
      let deduction = try await stage.deduction(of: stage.contract(), number: "order-0001")
      let first = await stage.client.deduct(deduction)
      try await stage.fault("stale_answer", of: "deduction_query")
      guard case .notCharged(.notFound, _) = try await stage.query("order-0001") else {
        Issue.record("the copy does not know the order yet")
        return
      }
      #expect(try await stage.query("order-0001") == first)
    }
  }

  @Test func `A platform that is not there takes nothing`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      let deduction = try await stage.deduction(of: userID, number: "order-0001")
      // Port 1 is reserved and nothing listens there.
      let nowhere = WeChatPayClient(
        credentials: stage.credentials, baseURL: try #require(URL(string: "http://127.0.0.1:1")),
        httpClient: stage.httpClient, wallClock: stage.clock)
      #expect(
        await nowhere.deduct(deduction)
          == .notCharged(.tryLater, reason: "NOT_SENT no connection"))
      #expect(
        await nowhere.deduction(
          of: SentOrder(deduction.outTradeNumber, amount: deduction.amount), subMerchant: "1600000001")
          == .unknown(reason: UncertaintyReason.noAnswer("no connection").description))
    }
  }
}

import CanteenCore
import Foundation
import PaymentPlatform
import Testing
import WeChatPay

@Suite(.timeLimit(.minutes(5))) struct LimitTests {
  private func isCharged(_ outcome: Deduction) -> Bool {
    if case .charged = outcome { true } else { false }
  }

  private func isAdvanced(_ outcome: Deduction) -> Bool {
    if case .charged(_, advanced: true) = outcome { true } else { false }
  }

  private func refusal(_ outcome: Deduction) -> Deduction.Refusal? {
    if case .notCharged(let kind, _) = outcome { kind } else { nil }
  }

  @Test func `A blocked user pays nothing, and again after being unblocked`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      let deduction = try await stage.deduction(of: userID, number: "order-0001")
      try await stage.amend(["status": "DISABLED"])
      #expect(refusal(await stage.client.deduct(deduction)) == .frozen)
      #expect(refusal(try await stage.query("order-0001")) == .notFound)
      try await stage.amend(["status": "NORMAL"])
      #expect(isCharged(await stage.client.deduct(deduction)))
    }
  }

  @Test func `A user whose contract ended pays nothing`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      let deduction = try await stage.deduction(of: userID, number: "order-0001")
      try await stage.amend(["contract_state": "TERMINATED"])
      #expect(refusal(await stage.client.deduct(deduction)) == .forGood)
      #expect(try await stage.transaction("order-0001").charges == 0)
    }
  }

  @Test func `An order costs at most 100 yuan and at least one fen`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      for (number, amount, charged) in [
        ("order-0001", 10_001, false), ("order-0002", 0, false), ("order-0003", -5, false),
        ("order-0004", 10_000, true), ("order-0005", 1, true),
      ] as [(String, Int64, Bool)] {
        let outcome = await stage.client.deduct(
          try await stage.deduction(of: userID, number: number, amount: amount))
        #expect(isCharged(outcome) == charged)
        if !charged { #expect(refusal(outcome) == .forGood) }
      }
    }
  }

  @Test func `A day costs a user at most 500 yuan, and the next day in China starts anew`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract(balance: 100_000)
      for number in 1...5 {
        let outcome = await stage.client.deduct(
          try await stage.deduction(of: userID, number: "order-000\(number)", amount: 10_000))
        #expect(isCharged(outcome))
      }
      let sixth = try await stage.deduction(of: userID, number: "order-0006", amount: 1)
      #expect(refusal(await stage.client.deduct(sixth)) == .overLimit)
      stage.clock.advance(by: .seconds(12 * 3_600 - 1))
      #expect(refusal(await stage.client.deduct(sixth)) == .overLimit)
      stage.clock.advance(by: .seconds(1))
      #expect(isCharged(await stage.client.deduct(sixth)))
    }
  }

  @Test func `A merchant who is under test takes one yuan from a user in a day`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      try await stage.pace(["day_limit_fen": Int64(100)])
      let first = try await stage.deduction(of: userID, number: "order-0001", amount: 100)
      #expect(isCharged(await stage.client.deduct(first)))
      let second = try await stage.deduction(of: userID, number: "order-0002", amount: 1)
      #expect(refusal(await stage.client.deduct(second)) == .overLimit)
      #expect(WeChatPayK12.termsUnderTest.dayCeiling == Fen(100))
    }
  }

  @Test func `The platform advances three times, then says the money is short, until it is repaid`()
    async throws
  {
    try await withStage { stage in
      let userID = try await stage.contract(balance: 0)
      for number in 1...3 {
        let outcome = await stage.client.deduct(
          try await stage.deduction(of: userID, number: "order-000\(number)"))
        #expect(isAdvanced(outcome))
        #expect(try await stage.transaction("order-000\(number)").debt_state == "DEBT")
      }
      let fourth = try await stage.deduction(of: userID, number: "order-0004")
      #expect(
        await stage.client.deduct(fourth)
          == .notCharged(.insufficientFunds, reason: "NOTENOUGH 余额不足"))
      #expect(refusal(try await stage.query("order-0004")) == .insufficientFunds)

      try await stage.amend(["balance_fen": 5_000])
      #expect(try await stage.transaction("order-0001").debt_state == "REPAYMENT")
      #expect(
        try await stage.query("order-0001") != .unknown(reason: UncertaintyReason.contradictory.description))
      #expect(isCharged(await stage.client.deduct(fourth)))
      #expect(try await stage.transactions().map(\.charges) == [1, 1, 1, 1])
    }
  }

  @Test func `After five failed attempts a day the order is intercepted until tomorrow`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      let deduction = try await stage.deduction(of: userID, number: "order-0001")
      try await stage.amend(["status": "DISABLED"])
      for _ in 0..<5 { #expect(refusal(await stage.client.deduct(deduction)) == .frozen) }
      try await stage.amend(["status": "NORMAL"])
      #expect(
        await stage.client.deduct(deduction)
          == .notCharged(.overLimit, reason: "RULE_LIMIT 该订单当日扣款次数超限"))
      stage.clock.advance(by: .seconds(86_400))
      #expect(isCharged(await stage.client.deduct(deduction)))
      #expect(try await stage.transaction("order-0001").attempts == 7)
    }
  }
}

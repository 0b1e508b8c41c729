import CanteenCore
import Foundation
import PaymentPlatform
import Testing
import WeChatPay

@testable import Sandbox

@Suite(.timeLimit(.minutes(5))) struct HeldRefundTests {
  @Test func `A refund on its way is processing, and its end is found by the query`() async throws {
    try await withStage { stage in
      try await stage.pay("order-0001", userID: stage.contract())
      try await stage.pace(["refunds": "held"])
      let outcome = await stage.client.refund(try stage.refund("refund-01"))
      guard case .processing(stuck: false) = outcome else {
        Issue.record("a held refund was \(outcome)")
        return
      }
      #expect(try await stage.queryRefund("refund-01") == outcome)
      #expect(try await stage.balance() == 18_750)
      try await stage.decide("refund-01", "ABNORMAL")
      #expect(try await stage.queryRefund("refund-01") == .processing(stuck: true))
      try await stage.decide("refund-01", "SUCCESS")
      guard case .refunded = try await stage.queryRefund("refund-01") else {
        Issue.record("a refund that was made is refunded")
        return
      }
      #expect(try await stage.balance() == 20_000)
    }
  }

  @Test func `A closed refund gave nothing back and leaves room for another`() async throws {
    try await withStage { stage in
      try await stage.pay("order-0001", userID: stage.contract())
      try await stage.pace(["refunds": "held"])
      _ = await stage.client.refund(try stage.refund("refund-01"))
      let second = try stage.refund("refund-02")
      guard case .notRefunded = await stage.client.refund(second) else {
        Issue.record("a refund on its way takes its part of the order")
        return
      }
      try await stage.decide("refund-01", "CLOSED")
      guard case .notRefunded(.forGood, _) = try await stage.queryRefund("refund-01") else {
        Issue.record("a closed refund is over")
        return
      }
      try await stage.pace(["refunds": "at_once"])
      guard case .refunded = await stage.client.refund(second) else {
        Issue.record("the order can be refunded again")
        return
      }
      #expect(try await stage.balance() == 20_000)
    }
  }

  @Test func `What was refunded of an advance is owed no longer`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract(balance: 0)
      try await stage.pay("order-0001", userID: userID)
      try await stage.pay("order-0002", userID: userID)
      _ = await stage.client.refund(try stage.refund("refund-01"))
      _ = await stage.client.refund(try stage.refund("refund-02", of: "order-0002", amount: 1_000))
      #expect(try await stage.transactions().map(\.debt_state) == ["REPAYMENT", "DEBT"])
      #expect(try await stage.balance() == 0)
      try await stage.amend(["balance_fen": 1_000])
      #expect(try await stage.transaction("order-0002").debt_state == "REPAYMENT")
      #expect(try await stage.balance() == 750)
    }
  }

  @Test func `A restart forgets no refund`() async throws {
    let clock = AdjustableWallClock()
    let folder = try freshDataFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try await withStage(folder: folder, clock: clock) { stage in
      try await stage.pay("order-0001", userID: stage.contract())
      _ = await stage.client.refund(try stage.refund("refund-01", amount: 500))
      try await stage.pace(["refunds": "held"])
      _ = await stage.client.refund(try stage.refund("refund-02", amount: 750))
    }
    try await withStage(folder: folder, clock: clock) { stage in
      #expect(try await stage.refunds().map(\.status) == ["SUCCESS", "PROCESSING"])
      guard case .refunded = await stage.client.refund(try stage.refund("refund-01", amount: 500)) else {
        Issue.record("a repetition after the restart is the same refund")
        return
      }
      #expect(try await stage.balance() == 19_250)
    }
  }

  @Test func `A journal of before there were refunds is read`() throws {
    let folder = try DataFolder(
      FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)"))
    defer { try? FileManager.default.removeItem(at: folder.url) }
    try folder.write(Data(#"{"accounts":[],"transactions":[]}"#.utf8 + [10]), to: "journal.jsonl")
    var replayed: [Bank.Change] = []
    _ = try Journal(in: folder) { replayed.append($0) }
    #expect(replayed == [Bank.Change()])
  }
}

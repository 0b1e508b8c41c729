import AsyncHTTPClient
import CanteenCore
import Foundation
import NIOCore
import NIOHTTP1
import PaymentPlatform
import Testing
import WeChatPay

@Suite(.timeLimit(.minutes(5))) struct TradeBillTests {
  private func today(_ stage: Stage) -> SchoolDay { stage.clock.now().schoolDay(utcOffset: 480) }

  @Test func `The bill of a day lists its payments and refunds, to the fen and to the second`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      let noon = stage.clock.now()
      try await stage.pay("order-0001", amount: 1_250, userID: userID)
      stage.clock.advance(by: .seconds(61))
      try await stage.pay("order-0002", amount: 1, userID: userID)
      stage.clock.advance(by: .seconds(61))
      guard case .refunded(let refundID) = await stage.client.refund(try stage.refund("part-1", amount: 929))
      else { throw TradeBillError.noBusiness }

      let bill = try await stage.client.tradeBill(on: today(stage), subMerchant: try stage["sub_mchid"]).lines
      let transactions = try await stage.transactions().map { try #require($0.transaction_id) }
      let subMerchant = try stage["sub_mchid"]
      #expect(
        bill == [
          BillLine(
            time: noon, subMerchant: subMerchant, transactionID: transactions[0],
            outTradeNumber: "order-0001", state: .paid, amount: Fen(1_250)),
          BillLine(
            time: noon.advanced(by: .seconds(61)), subMerchant: subMerchant, transactionID: transactions[1],
            outTradeNumber: "order-0002", state: .paid, amount: Fen(1)),
          BillLine(
            time: noon.advanced(by: .seconds(122)), subMerchant: subMerchant, transactionID: transactions[0],
            outTradeNumber: "order-0001", state: .refund, amount: .zero, refundID: refundID,
            outRefundNumber: "part-1", refundAmount: Fen(929), refundStatus: "SUCCESS"),
        ])
    }
  }

  @Test func `Each day in China has its own bill, and a refund is in that of its own day`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      let friday = today(stage)
      stage.clock.advance(by: .milliseconds(12 * 3_600_000 - 1))
      try await stage.pay("order-0001", userID: userID)
      let lastSecond = Timestamp(millisecondsSince1970: stage.clock.now().secondsSince1970 * 1_000)
      stage.clock.advance(by: .milliseconds(1))
      let saturday = today(stage)
      #expect(friday != saturday)
      await #expect(throws: TradeBillError.noBusiness) { try await stage.client.tradeBill(on: saturday) }
      _ = await stage.client.refund(try stage.refund("refund-01"))
      #expect(try await stage.client.tradeBill(on: friday).lines.map(\.time) == [lastSecond])
      #expect(try await stage.client.tradeBill(on: saturday).lines.map(\.state) == [.refund])
    }
  }

  @Test func `What was not paid is not in the bill`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract(balance: 0)
      for number in 1...4 {
        _ = await stage.client.deduct(try await stage.deduction(of: userID, number: "order-000\(number)"))
      }
      let bill = try await stage.client.tradeBill(on: today(stage)).lines
      #expect(bill.map(\.outTradeNumber) == ["order-0001", "order-0002", "order-0003"])
    }
  }

  @Test func `A platform that takes its time gives the bill from ten in the morning`() async throws {
    try await withStage { stage in
      try await stage.pay("order-0001", userID: stage.contract())
      let day = today(stage)
      try await stage.pace(["bills": "next_day"])
      stage.clock.advance(by: .seconds(22 * 3_600 - 1))
      await #expect(throws: TradeBillError.notReady) { try await stage.client.tradeBill(on: day) }
      stage.clock.advance(by: .seconds(1))
      #expect(try await stage.client.tradeBill(on: day).lines.count == 1)
    }
  }

  @Test func `A bill of the future or of long ago is refused`() async throws {
    try await withStage { stage in
      try await stage.pay("order-0001", userID: stage.contract())
      let day = today(stage)
      for days in [-91, 1] as [Int64] {
        let other = stage.clock.now().advanced(by: .seconds(days * 86_400)).schoolDay(utcOffset: 480)
        await #expect(throws: TradeBillError.self) { try await stage.client.tradeBill(on: other) }
      }
      stage.clock.advance(by: .seconds(90 * 86_400))
      #expect(try await stage.client.tradeBill(on: day).lines.count == 1)
    }
  }

  @Test func `Without the merchant's signature there is neither refund nor bill`() async throws {
    try await withStage { stage in
      try await stage.pay("order-0001", userID: stage.contract())
      let body =
        #"{"sub_mchid":"\#(try stage["sub_mchid"])","out_trade_no":"order-0001","out_refund_no":"r","#
        + #""amount":{"refund":1,"total":1250,"currency":"CNY"}}"#
      for (method, target) in [
        (HTTPMethod.POST, "refund/domestic/refunds"),
        (.GET, "refund/domestic/refunds/r?sub_mchid=\(try stage["sub_mchid"])"),
        (.GET, "bill/tradebill?bill_date=\(today(stage))"), (.GET, "billdownload/file?token=x"),
      ] {
        var request = HTTPClientRequest(url: "\(try stage["base_url"])/v3/\(target)")
        request.method = method
        if method == .POST { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await stage.httpClient.execute(request, timeout: .seconds(10))
        #expect(response.status.code == 401, "\(target)")
      }
      #expect(try await stage.refunds().isEmpty)
    }
  }
}

import Foundation
import Testing

@testable import Sandbox

@Suite struct TradeBillFormTests {
  /// The values of a bill on which one order stands and a part of it that was refunded.
  private func rows(_ kind: TradeBill.Kind, description: String) throws -> [[String]] {
    let noon = AdjustableWallClock().date
    let account = Account(
      userID: "u", outUserID: "student-01", organizationID: "O1", contractID: "c", userName: nil,
      contractState: .contracted, status: .normal, balance: 5_000)
    let deduction = DeductionRequest(
      authCode: "token", spAppID: "wx1", spMerchant: "1900000001", subAppID: nil, subMerchant: "1600000001",
      outTradeNumber: "order-0001", description: description, attach: description, goodsTag: nil,
      amount: .init(total: 1_250, currency: "CNY"), scene: .init(deviceIP: "::1"), settlement: nil,
      business: .init(product: 2, scene: 3))
    let refund = RefundRequest(
      subMerchant: "1600000001", transactionID: nil, outTradeNumber: "order-0001", outRefundNumber: "part-1",
      reason: nil, notifyURL: nil, fundsAccount: nil,
      amount: .init(refund: 5, total: 1_250, currency: "CNY"))
    var bank = Bank()
    bank.apply(Bank.Change(accounts: [account]))
    bank.apply(bank.deduct(deduction, fingerprint: Data(), userID: "u", dayLimit: 500_00, at: noon).change)
    bank.apply(bank.refund(refund, fingerprint: Data(), isHeld: false, at: noon).change)
    let text = String(decoding: TradeBill(kind, of: BusinessDay(of: noon), in: bank).csv, as: UTF8.self)
    return text.components(separatedBy: "\r\n").map { $0.components(separatedBy: ",") }
  }

  @Test(
    arguments: [(.all, 27, 2, 7), (.success, 20, 1, 4), (.refund, 29, 1, 7)]
      as [(
        TradeBill.Kind, Int, Int, Int
      )])
  func `Each kind of bill has the published columns, its own lines, and sums`(
    kind: TradeBill.Kind, columns: Int, entries: Int, sums: Int
  ) throws {
    let rows = try rows(kind, description: "午餐`\r\n")
    try #require(
      rows.map(\.count) == [columns] + Array(repeating: columns, count: entries) + [sums, sums, 1])
    for row in rows[1...entries] + [rows[entries + 2]] {
      #expect(row.allSatisfy { $0.hasPrefix("`") && !$0.dropFirst().contains("`") })
    }
    #expect(rows[1][0] == "`2026-11-20 12:00:00")
  }

  @Test func `Amounts are yuan and sums are those of the lines`() throws {
    let rows = try rows(.all, description: "午餐")
    try #require(rows.map(\.count) == [27, 27, 27, 7, 7, 1])
    #expect([12, 16, 24, 25].map { rows[1][$0] } == ["`12.50", "`0.00", "`12.50", "`0.00"])
    #expect([12, 16, 24, 25].map { rows[2][$0] } == ["`0.00", "`0.05", "`0.00", "`0.05"])
    #expect(rows[4] == ["`2", "`12.50", "`0.05", "`0.00", "`0.00000", "`12.50", "`0.05"])
  }
}

import CanteenCore
import Foundation
import Testing

@testable import WeChatPay

@Suite struct TradeBillTextTests {
  private static let header =
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    + "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    + "手续费,费率,订单金额,申请退款金额,费率备注"
  private static let payment =
    "`2026-11-20 12:00:00,`wx1,`1900000001,`1600000001,`,`4200000001,`order-0001,`user,`AUTH,`SUCCESS,`OTHERS,"
    + "`CNY,`12.50,`0.00,`0,`0,`0.00,`0.00,`,`,`午餐, 加饭,`,`0.07500,`0.60%,`12.50,`0.00,`"
  private static let refund =
    "`2026-11-20 12:30:01,`wx1,`1900000001,`1600000001,`,`4200000001,`order-0001,`user,`AUTH,`REFUND,`OTHERS,"
    + "`CNY,`0.00,`0.00,`5030000001,`refund-01,`0.29,`0.00,`ORIGINAL,`PROCESSING,`午餐,`,`-0.00200,`0.60%,`0.00,"
    + "`0.29,`"
  private static let sumHeader = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
  private static let sums = "`2,`12.50,`0.29,`0.00,`0.07000,`12.50,`0.29"
  private static let good = [header, payment, refund, sumHeader, sums]

  private func lines(_ rows: [String], ending: String = "\r\n") throws -> [BillLine] {
    try TradeBillText(Data(rows.map { $0 + ending }.joined().utf8)).lines
  }

  /// Why the bill is refused, or the first line that is left out.
  private func flaw(_ rows: [String]) -> BillFlaw? {
    do {
      return try TradeBillText(Data(rows.joined(separator: "\n").utf8)).flaws.first
    } catch {
      return error
    }
  }

  /// The good bill with one text replaced, in all of its rows.
  private func flaw(replacing text: String, by other: String) -> BillFlaw? {
    flaw(Self.good.map { $0.replacingOccurrences(of: text, with: other) })
  }

  @Test(arguments: ["\r\n", "\n"])
  func `A bill gives each payment and refund with its numbers, exact amounts and time`(ending: String) throws
  {
    let noon = Timestamp(millisecondsSince1970: 1_795_147_200_000)
    let expected = [
      BillLine(
        time: noon, subMerchant: "1600000001", transactionID: "4200000001", outTradeNumber: "order-0001",
        state: .paid, amount: Fen(1_250)),
      BillLine(
        time: noon.advanced(by: .seconds(1_801)), subMerchant: "1600000001", transactionID: "4200000001",
        outTradeNumber: "order-0001", state: .refund, amount: .zero, refundID: "5030000001",
        outRefundNumber: "refund-01", refundAmount: Fen(29), refundStatus: "PROCESSING"),
    ]
    #expect(try lines(Self.good, ending: ending) == expected)
    #expect(try lines(["\u{FEFF}" + Self.good[0]] + Self.good.dropFirst(), ending: ending) == expected)
  }

  @Test func `Columns are found by name, in the 24 of before and under their older names too`() throws {
    let names = "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    let rest = "微信退款单号,商户退款单号,退款金额,企业红包退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率"
    func shortened(_ row: String) -> String {
      row.components(separatedBy: ",`").dropLast(3).joined(separator: ",`")
    }
    let older = [
      names + "总金额,企业红包金额," + rest, shortened(Self.payment), shortened(Self.refund),
      "总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额", "`2,`12.50,`0.29,`0.00,`0.07000",
    ]
    #expect(older[0].components(separatedBy: ",").count == 24)
    #expect(try lines(older) == lines(Self.good))
    #expect(
      flaw(older.dropLast() + ["`2,`12.51,`0.29,`0.00,`0.07000"])
        == .sum(column: "应结订单总金额", said: Fen(1_251), found: Fen(1_250)))

    let between = [
      Self.header.components(separatedBy: ",").dropLast(3).joined(separator: ","), shortened(Self.payment),
      shortened(Self.refund), "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额", "`2,`12.50,`0.29,`0.00,`0.07000",
    ]
    #expect(try lines(between) == lines(Self.good))
  }

  @Test func `A bill cut off anywhere is refused`() throws {
    let whole = Data(Self.good.joined(separator: "\n").utf8)
    for length in 0..<whole.count {
      #expect(throws: BillFlaw.self, "\(length) bytes") { try TradeBillText(whole.prefix(length)) }
    }
    #expect(flaw(Array(Self.good.dropLast())) == .cutOff(afterLine: 4))
    #expect(flaw(Array(Self.good.dropLast(2))) == .cutOff(afterLine: 3))
    #expect(flaw([Self.header, Self.payment, Self.sumHeader, Self.sums]) == .count(said: 2, found: 1))
  }

  @Test(
    arguments: [
      ("应结订单总金额", "`2,`12.51,`0.29,`0.00,`0.07000,`12.50,`0.29", 1_251, 1_250),
      ("退款总金额", "`2,`12.50,`0.30,`0.00,`0.07000,`12.50,`0.29", 30, 29),
      ("充值券退款总金额", "`2,`12.50,`0.29,`0.01,`0.07000,`12.50,`0.29", 1, 0),
      ("订单总金额", "`2,`12.50,`0.29,`0.00,`0.07000,`1.25,`0.29", 125, 1_250),
      ("申请退款总金额", "`2,`12.50,`0.29,`0.00,`0.07000,`12.50,`0.2", 20, 29),
    ] as [(String, String, Int64, Int64)])
  func `A sum that its lines do not make is refused`(column: String, sums: String, said: Int64, found: Int64)
  {
    #expect(
      flaw(Self.good.dropLast() + [sums]) == .sum(column: column, said: Fen(said), found: Fen(found)))
  }

  @Test func `A forged line is refused by its number`() throws {
    for amount in ["12.505", "1e3", "-12.50", "12,50", "１２.50", "", "0x10", "12.50元", "NaN"] {
      for (column, before) in [("应结订单金额", "`CNY,`"), ("订单金额", "`0.60%,`")] {
        let row = Self.payment.replacingOccurrences(of: before + "12.50", with: before + amount)
        #expect(
          flaw([Self.header, Self.refund, row, Self.sumHeader, Self.sums]) == .value(line: 3, column: column),
          "\(amount)")
      }
    }
    for time in ["2026-11-31 12:30:01", "2026-11-20 24:00:00", "2026-11-20", "2026-11-20T12:30:01", "0"] {
      #expect(flaw(replacing: "2026-11-20 12:30:01", by: time) == .value(line: 3, column: "交易时间"), "\(time)")
    }
    #expect(flaw(replacing: "`4200000001", by: "`") == .value(line: 2, column: "微信订单号"))
    #expect(flaw(replacing: "`refund-01", by: "`0") == .value(line: 3, column: "商户退款单号"))
    #expect(flaw(replacing: "`5030000001", by: "`") == .value(line: 3, column: "微信退款单号"))
    #expect(flaw(replacing: "`ORIGINAL,", by: "") == .shape(line: 3))
    #expect(flaw(Self.good + [Self.payment]) == .surplus(line: 6))
    #expect(flaw(replacing: "商户订单号", by: "商户号") == .column("商户号"))
    #expect(flaw(replacing: ",货币种类,", by: ",币种,") == .column("货币种类"))
    #expect(flaw(replacing: ",退款总金额", by: ",退款") == .column("退款总金额"))
    #expect(throws: BillFlaw.notText) { try TradeBillText(Data([0xFF, 0xFE, 0x60])) }
  }

  @Test(arguments: [("`SUCCESS", "`PAYERROR", "交易状态"), ("`CNY", "`USD", "货币种类")])
  func `An odd line is named and left out, and costs nobody the whole day`(
    good: String, odd: String, column: String
  ) throws {
    let row = Self.payment.replacingOccurrences(of: good, with: odd)
      .replacingOccurrences(of: "order-0001", with: "order-0002")
    let sums = "`3,`12.50,`0.29,`0.00,`0.07000,`12.50,`0.29"
    let bill = [Self.header, Self.payment, row, Self.refund, Self.sumHeader, sums]
    let text = try TradeBillText(Data(bill.joined(separator: "\n").utf8))
    #expect(text.lines.map(\.outTradeNumber) == ["order-0001", "order-0001"])
    #expect(text.flaws == [.value(line: 3, column: column)])
  }

  @Test func `The name of goods may hold whatever it wants`() throws {
    for name in ["午餐,`加饭", "`", ",", ",`,`,`", "午餐`, 加饭"] {
      let row = Self.payment.replacingOccurrences(of: "午餐, 加饭", with: name)
      #expect(
        try lines([Self.header, row, Self.refund, Self.sumHeader, Self.sums]) == lines(Self.good), "\(name)")
    }
  }

  @Test func `A flaw is told without what the line says about a person`() {
    let description = TradeBillError.flawed(.value(line: 3, column: "退款金额")).description
    #expect(description == "The bill cannot be used: line 3 of the bill has no valid 退款金额.")
  }
}

import Foundation

/// The text of a bill, as pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade.html describes it:
/// header, a line for each entry, header and values of the sums. Every value follows a backtick; amounts are
/// yuan; times are China's.
extension TradeBill {
  /// Lines end in CR LF (*assumed*).
  var csv: Data {
    var lines = [columns.map(\.rawValue).joined(separator: ",")]
    lines += entries.map { entry in Self.line(columns.map { $0.value(of: entry) }) }
    lines.append(sums.map(\.rawValue).joined(separator: ","))
    lines.append(Self.line(sums.map { $0.value(of: entries) }))
    return Data(lines.map { $0 + "\r\n" }.joined().utf8)
  }

  private static func line(_ values: [String]) -> String {
    values.map { "`" + $0 }.joined(separator: ",")
  }

  private var columns: [Column] {
    switch kind {
    case .all: Column.allCases.filter { !$0.isOfRefundBillOnly }
    case .success: Column.allCases.filter { !$0.isOfRefundBillOnly && !$0.isAboutRefunds }
    case .refund: Column.allCases
    }
  }

  private var sums: [Sum] {
    kind == .success ? [.entries, .settled, .fees, .orders] : Sum.allCases
  }

  enum Column: String, CaseIterable {
    case time = "交易时间"
    case appID = "公众账号ID"
    case merchant = "商户号"
    case subMerchant = "特约商户号"
    case device = "设备号"
    case transactionID = "微信订单号"
    case outTradeNumber = "商户订单号"
    case user = "用户标识"
    case tradeType = "交易类型"
    case tradeState = "交易状态"
    case bank = "付款银行"
    case currency = "货币种类"
    case settled = "应结订单金额"
    case coupon = "代金券金额"
    case refundCreated = "退款申请时间"
    case refundCompleted = "退款成功时间"
    case refundID = "微信退款单号"
    case outRefundNumber = "商户退款单号"
    case refunded = "退款金额"
    case couponRefunded = "充值券退款金额"
    case refundChannel = "退款类型"
    case refundStatus = "退款状态"
    case description = "商品名称"
    case attach = "商户数据包"
    case fee = "手续费"
    case rate = "费率"
    case ordered = "订单金额"
    case refundAsked = "申请退款金额"
    case rateRemark = "费率备注"

    var isOfRefundBillOnly: Bool { [.refundCreated, .refundCompleted].contains(self) }

    var isAboutRefunds: Bool {
      [.refundID, .outRefundNumber, .refunded, .couponRefunded, .refundChannel, .refundStatus, .refundAsked]
        .contains(self)
    }

    func value(of entry: Entry) -> String {
      let order = entry.transaction.order
      return switch self {
      case .time: entry.time.chinaBillTime
      case .appID: order.spAppID
      case .merchant: order.spMerchant
      case .subMerchant: order.subMerchant
      case .device, .rateRemark: ""
      case .transactionID: entry.transaction.transactionID ?? ""
      case .outTradeNumber: order.outTradeNumber
      case .user: entry.transaction.userID
      case .tradeType: "AUTH"
      case .tradeState: entry.refund == nil ? "SUCCESS" : "REFUND"
      case .bank: "OTHERS"
      case .currency: order.amount.currency
      case .settled, .ordered: entry.paid.yuan
      case .coupon, .couponRefunded: Int64(0).yuan
      case .refundCreated: entry.refund?.createTime.chinaBillTime ?? ""
      case .refundCompleted: entry.refund?.successTime?.chinaBillTime ?? ""
      case .refundID: entry.refund?.refundID ?? "0"
      case .outRefundNumber: entry.refund?.outRefundNumber ?? "0"
      case .refunded, .refundAsked: entry.givenBack.yuan
      case .refundChannel: entry.refund == nil ? "" : "ORIGINAL"
      case .refundStatus: entry.refund?.status.rawValue ?? ""
      case .description: order.description.onOneLine
      case .attach: (order.attach ?? "").onOneLine
      case .fee: "0.00000"
      case .rate: "0.00%"
      }
    }
  }

  enum Sum: String, CaseIterable {
    case entries = "总交易单数"
    case settled = "应结订单总金额"
    case refunded = "退款总金额"
    case couponRefunded = "充值券退款总金额"
    case fees = "手续费总金额"
    case orders = "订单总金额"
    case refundsAsked = "申请退款总金额"

    func value(of entries: [Entry]) -> String {
      switch self {
      case .entries: String(entries.count)
      case .settled, .orders: entries.reduce(0) { $0 + $1.paid }.yuan
      case .refunded, .refundsAsked: entries.reduce(0) { $0 + $1.givenBack }.yuan
      case .couponRefunded: Int64(0).yuan
      case .fees: "0.00000"
      }
    }
  }
}

extension Int64 {
  /// Fen, 0 or more, as yuan with two decimals: 1250 is `12.50`.
  fileprivate var yuan: String {
    let cents = self % 100
    return "\(self / 100).\(cents < 10 ? "0" : "")\(cents)"
  }
}

extension String {
  /// Without what would end a value or a line of a bill (*assumed*: the platform leaves it out too).
  fileprivate var onOneLine: String { filter { $0 != "`" && !$0.isNewline } }
}

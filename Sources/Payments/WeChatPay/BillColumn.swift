/// A column of a bill, by the names it has had, newest first.
struct BillColumn: Sendable {
  let names: [String]

  init(_ names: String...) { self.names = names }

  static let time = BillColumn("交易时间")
  static let subMerchant = BillColumn("特约商户号", "子商户号")
  static let transactionID = BillColumn("微信订单号")
  static let outTradeNumber = BillColumn("商户订单号")
  static let state = BillColumn("交易状态")
  static let currency = BillColumn("货币种类")
  /// Before coupons; older bills give only the settled amount.
  static let amount = BillColumn("订单金额", "应结订单金额", "总金额")
  static let refundID = BillColumn("微信退款单号")
  static let outRefundNumber = BillColumn("商户退款单号")
  /// Before coupons; older bills give only the settled amount.
  static let refundAmount = BillColumn("申请退款金额", "退款金额")
  static let goods = BillColumn("商品名称")
  static let refundStatus = BillColumn("退款状态")
  /// In the header of the sums.
  static let count = BillColumn("总交易单数")
}

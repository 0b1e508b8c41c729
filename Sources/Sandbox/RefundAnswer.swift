import Foundation

/// Answer of a refund and of its query.
struct RefundAnswer: Encodable {
  struct Amount: Encodable {
    let total: Int64
    let refund: Int64
    let payerTotal: Int64
    let payerRefund: Int64
    let settlementTotal: Int64
    let settlementRefund: Int64
    let discountRefund: Int64 = 0
    let currency = "CNY"

    /// No coupons here: what the payer paid and what is settled are the whole.
    init(total: Int64, refund: Int64) {
      self.total = total
      self.refund = refund
      payerTotal = total
      payerRefund = refund
      settlementTotal = total
      settlementRefund = refund
    }

    enum CodingKeys: String, CodingKey {
      case total
      case refund
      case payerTotal = "payer_total"
      case payerRefund = "payer_refund"
      case settlementTotal = "settlement_total"
      case settlementRefund = "settlement_refund"
      case discountRefund = "discount_refund"
      case currency
    }
  }

  let refundID: String
  let outRefundNumber: String
  let transactionID: String?
  let outTradeNumber: String
  let channel = "ORIGINAL"
  let receivingAccount = "支付用户零钱"
  let fundsAccount = "AVAILABLE"
  let status: Refund.Status
  let createTime: String
  let successTime: String?
  let amount: Amount

  init(_ refund: Refund, of transaction: Transaction) {
    refundID = refund.refundID
    outRefundNumber = refund.outRefundNumber
    transactionID = transaction.transactionID
    outTradeNumber = refund.outTradeNumber
    status = refund.status
    createTime = refund.createTime.chinaRFC3339
    successTime = refund.successTime.map(\.chinaRFC3339)
    amount = Amount(total: transaction.order.amount.total, refund: refund.amount)
  }

  enum CodingKeys: String, CodingKey {
    case refundID = "refund_id"
    case outRefundNumber = "out_refund_no"
    case transactionID = "transaction_id"
    case outTradeNumber = "out_trade_no"
    case channel
    case receivingAccount = "user_received_account"
    case fundsAccount = "funds_account"
    case status
    case createTime = "create_time"
    case successTime = "success_time"
    case amount
  }
}

public import CanteenCore

/// One line of a trade bill: an order paid, or a refund asked for, on that day.
public struct BillLine: Sendable, Equatable {
  public enum State: String, Sendable, Equatable {
    case paid = "SUCCESS"
    case refund = "REFUND"
    /// The payment was undone by a reversal, not by a refund.
    case revoked = "REVOKED"
  }

  /// When the order was paid, or when its refund was asked for.
  public let time: Timestamp
  /// `0` when the merchant is not a service provider.
  public let subMerchant: String
  public let transactionID: String
  /// As the merchant's system gave it; not every system keeps to ``OutTradeNumber``.
  public let outTradeNumber: String
  public let state: State
  /// What the order cost; zero in the line of a refund.
  public let amount: Fen
  /// nil in the line of a payment.
  public let refundID: String?
  /// nil in the line of a payment.
  public let outRefundNumber: String?
  /// What the refund or the reversal gives back; zero in the line of a payment.
  public let refundAmount: Fen
  /// The status when the bill was made, for example `PROCESSING`; nil in the line of a payment. Bills are not
  /// updated: for the present status call ``WeChatPayClient/refund(queriedAs:subMerchant:)``.
  public let refundStatus: String?

  public init(
    time: Timestamp, subMerchant: String, transactionID: String, outTradeNumber: String, state: State,
    amount: Fen, refundID: String? = nil, outRefundNumber: String? = nil, refundAmount: Fen = .zero,
    refundStatus: String? = nil
  ) {
    self.time = time
    self.subMerchant = subMerchant
    self.transactionID = transactionID
    self.outTradeNumber = outTradeNumber
    self.state = state
    self.amount = amount
    self.refundID = refundID
    self.outRefundNumber = outRefundNumber
    self.refundAmount = refundAmount
    self.refundStatus = refundStatus
  }
}

import Foundation

/// Money of one order given back, in whole or in part, under one `out_refund_no`.
struct Refund: Sendable, Codable, Equatable {
  enum Status: String, Sendable, Codable {
    case success = "SUCCESS"
    /// Accepted; the money is on its way.
    case processing = "PROCESSING"
    /// Ended without giving anything back.
    case closed = "CLOSED"
    /// The user's card or account no longer takes money; the merchant has to choose another way.
    case abnormal = "ABNORMAL"
  }

  let outRefundNumber: String
  let outTradeNumber: String
  let refundID: String
  let fingerprint: Data
  /// Fen.
  let amount: Int64
  let createTime: Date
  var status: Status
  var successTime: Date?
  /// Accepted calls of the refund interface for this number. However many, the money is given back once.
  var attempts = 1
}

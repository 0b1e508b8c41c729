public import CanteenCore
public import Foundation

/// Money of one order given back, in whole or in part (`POST /v3/refund/domestic/refunds`).
///
/// Its request body is a function of this value alone: a retry sends the same bytes. A retry under another
/// ``outRefundNumber`` would be a second refund.
public struct OrderRefund: Sendable, Equatable {
  public let subMerchant: String
  public let outTradeNumber: OutTradeNumber
  public let outRefundNumber: OutRefundNumber
  /// What is given back now. An order may be refunded in up to 50 parts, within a year.
  public let amount: Fen
  /// What the whole order cost.
  public let total: Fen
  /// What the guardian reads. Cut to the 80 bytes that the platform allows; characters beyond U+FFFF are left
  /// out.
  public let reason: String?

  public init(
    subMerchant: String, outTradeNumber: OutTradeNumber, outRefundNumber: OutRefundNumber, amount: Fen,
    total: Fen, reason: String? = nil
  ) {
    self.subMerchant = subMerchant
    self.outTradeNumber = outTradeNumber
    self.outRefundNumber = outRefundNumber
    self.amount = amount
    self.total = total
    self.reason = reason
  }

  /// UTF-8 JSON with sorted keys.
  public func body() throws -> Data {
    try JSONEncoder.canonical.encode(
      Body(
        subMerchant: subMerchant, outTradeNumber: outTradeNumber, outRefundNumber: outRefundNumber,
        reason: reason?.withinThreeByteUTF8.prefix(utf8Count: 80),
        amount: .init(refund: amount, total: total)))
  }
}

private struct Body: Encodable {
  struct Amount: Encodable {
    let refund: Fen
    let total: Fen
    var currency = "CNY"
  }

  let subMerchant: String
  let outTradeNumber: OutTradeNumber
  let outRefundNumber: OutRefundNumber
  let reason: String?
  let amount: Amount

  enum CodingKeys: String, CodingKey {
    case subMerchant = "sub_mchid"
    case outTradeNumber = "out_trade_no"
    case outRefundNumber = "out_refund_no"
    case reason
    case amount
  }
}

extension String {
  /// The longest prefix of whole characters that fits.
  fileprivate func prefix(utf8Count limit: Int) -> String {
    var text = self
    while text.utf8.count > limit { text.removeLast() }
    return text
  }
}

import Crypto
import Foundation

/// `POST /v3/refund/domestic/refunds`, as a service provider sends it.
struct RefundRequest: Sendable, Codable, Equatable {
  struct Amount: Sendable, Codable, Equatable {
    /// Fen to give back.
    let refund: Int64
    /// Fen of the whole order.
    let total: Int64
    let currency: String
  }

  let subMerchant: String
  /// One of the two, or both, name the order.
  let transactionID: String?
  let outTradeNumber: String?
  let outRefundNumber: String
  let reason: String?
  let notifyURL: String?
  let fundsAccount: String?
  let amount: Amount

  enum CodingKeys: String, CodingKey {
    case subMerchant = "sub_mchid"
    case transactionID = "transaction_id"
    case outTradeNumber = "out_trade_no"
    case outRefundNumber = "out_refund_no"
    case reason
    case notifyURL = "notify_url"
    case fundsAccount = "funds_account"
    case amount
  }

  /// Checks everything that needs no order. *Assumed:* the codes of these refusals.
  func check(against numbers: SandboxIdentity.Numbers) throws(PlatformRefusal) {
    guard subMerchant == numbers.subMerchant else { throw .parameter("sub_mchid", "is not a sub-merchant") }
    guard transactionID != nil || outTradeNumber != nil else {
      throw .parameter("out_trade_no", "is missing, and so is transaction_id")
    }
    guard (1...64).contains(outRefundNumber.utf8.count),
      outRefundNumber.unicodeScalars.allSatisfy(Self.isAllowed)
    else { throw .parameter("out_refund_no", "has 1 to 64 letters, digits or _-|*@") }
    guard (reason ?? "").utf8.count <= 80 else { throw .parameter("reason", "is longer than 80 bytes") }
    guard amount.currency == "CNY" else { throw .parameter("amount.currency", "must be CNY") }
    guard amount.refund >= 1 else { throw .parameter("amount.refund", "must be 1 fen or more") }
    guard amount.refund <= amount.total else {
      throw .parameter("amount.refund", "must not exceed amount.total")
    }
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      || "_-|*@".unicodeScalars.contains(scalar)
  }

  /// SHA-256 over all parameters: two requests with the same number must agree in it.
  func fingerprint() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return Data(SHA256.hash(data: try encoder.encode(self)))
  }
}

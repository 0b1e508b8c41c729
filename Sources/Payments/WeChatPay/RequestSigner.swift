import CryptoExtras
import Foundation

/// Signs requests as API v3 asks (`WECHATPAY2-SHA256-RSA2048`).
struct RequestSigner: Sendable {
  let credentials: WeChatPayCredentials

  /// What is signed: five lines, each with its newline.
  ///
  /// - Parameters:
  ///   - target: path and query exactly as sent, percent-encoded, without scheme and host.
  ///   - timestamp: seconds since 1970.
  ///   - body: the very bytes that are sent; empty for GET.
  static func message(method: String, target: String, timestamp: Int64, nonce: String, body: Data) -> Data {
    Data("\(method)\n\(target)\n\(timestamp)\n\(nonce)\n".utf8) + body + Data("\n".utf8)
  }

  /// The value of the `Authorization` header.
  func authorization(
    method: String, target: String, timestamp: Int64, nonce: String, body: Data
  ) throws -> String {
    let message = Self.message(
      method: method, target: target, timestamp: timestamp, nonce: nonce, body: body)
    let signature = try credentials.merchantKey.signature(for: message, padding: .insecurePKCS1v1_5)
    let fields = [
      ("mchid", credentials.spMerchant),
      ("nonce_str", nonce),
      ("timestamp", String(timestamp)),
      ("serial_no", credentials.certificateSerial),
      ("signature", signature.rawRepresentation.base64EncodedString()),
    ]
    return "WECHATPAY2-SHA256-RSA2048 " + fields.map { "\($0)=\"\($1)\"" }.joined(separator: ",")
  }
}

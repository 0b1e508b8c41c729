import CryptoExtras
import Foundation

/// Admits a request when the merchant signed it, its time is within five minutes of now and its nonce is new.
struct RequestGate: Sendable {
  static let toleranceInSeconds: Int64 = 300

  private let merchant: String
  private let certificateSerial: String
  private let merchantKey: _RSA.Signing.PublicKey
  /// Nonces of the last minutes, with the second in which each may be forgotten.
  private var nonces: [String: Int64] = [:]

  init(_ identity: SandboxIdentity) {
    merchant = identity.numbers.spMerchant
    certificateSerial = identity.numbers.certificateSerial
    merchantKey = identity.merchantKey.publicKey
  }

  /// - Parameters:
  ///   - header: the value of `Authorization`; nil when absent.
  ///   - target: path and query exactly as received.
  ///   - body: the bytes as received.
  mutating func admit(
    _ header: String?, method: String, target: String, body: Data, at now: Date
  ) throws(PlatformRefusal) {
    guard let header, let authorization = RequestAuthorization(header) else {
      throw .signature("Authorization missing or malformed")
    }
    guard authorization.merchant == merchant else { throw .signature("unknown mchid") }
    guard authorization.certificateSerial == certificateSerial else { throw .signature("unknown serial_no") }
    let second = Int64(now.timeIntervalSince1970)
    guard let sent = Int64(authorization.timestamp),
      (second - Self.toleranceInSeconds...second + Self.toleranceInSeconds).contains(sent)
    else { throw .signature("timestamp is more than five minutes off") }

    var message = Data()
    for line in [method, target, authorization.timestamp, authorization.nonce] {
      message.append(contentsOf: line.utf8)
      message.append(UInt8(ascii: "\n"))
    }
    message.append(body)
    message.append(UInt8(ascii: "\n"))
    guard let signature = Data(base64Encoded: authorization.signature),
      merchantKey.isValidSignature(
        _RSA.Signing.RSASignature(rawRepresentation: signature), for: message, padding: .insecurePKCS1v1_5)
    else { throw .signature("signature does not match the request") }

    nonces = nonces.filter { $0.value >= second }
    guard nonces.updateValue(sent + 2 * Self.toleranceInSeconds, forKey: authorization.nonce) == nil else {
      throw .signature("nonce_str was used before")
    }
  }
}

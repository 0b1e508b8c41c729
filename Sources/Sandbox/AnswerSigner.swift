import CryptoExtras
import Foundation
import HTTPTypes

/// Signs answers with the platform's key.
struct AnswerSigner: Sendable {
  let keyID: String
  let key: _RSA.Signing.PrivateKey

  init(_ identity: SandboxIdentity) {
    keyID = identity.numbers.platformKeyID
    key = identity.platformKey
  }

  /// The `Wechatpay-…` headers of an answer with these bytes.
  func headers(for body: Data, at now: Date) throws -> HTTPFields {
    let timestamp = String(Int64(now.timeIntervalSince1970))
    let nonce = String.random(32, of: "abcdefghijklmnopqrstuvwxyz0123456789")
    let message = Data("\(timestamp)\n\(nonce)\n".utf8) + body + Data("\n".utf8)
    let signature = try key.signature(for: message, padding: .insecurePKCS1v1_5)
    return [
      .wechatpayTimestamp: timestamp, .wechatpayNonce: nonce, .wechatpaySerial: keyID,
      .wechatpaySignature: signature.rawRepresentation.base64EncodedString(),
      .wechatpaySignatureType: "WECHATPAY2-SHA256-RSA2048",
    ]
  }
}

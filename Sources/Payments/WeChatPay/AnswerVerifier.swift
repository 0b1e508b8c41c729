import CanteenCore
import CryptoExtras
import Foundation

/// Checks that an answer comes from the platform, is recent, and arrived unchanged.
struct AnswerVerifier: Sendable {
  /// How far the platform's clock and ours may differ, either way.
  static let tolerance: Duration = .seconds(300)

  let credentials: WeChatPayCredentials

  /// - Parameters:
  ///   - header: the value of a header by name, in any case; nil when absent.
  ///   - body: the bytes as received; empty for 204.
  func verify(body: Data, now: Timestamp, header: (String) -> String?) throws(AnswerFlaw) {
    guard let timestamp = header("Wechatpay-Timestamp"), let nonce = header("Wechatpay-Nonce"),
      let serial = header("Wechatpay-Serial"), let signature = header("Wechatpay-Signature")
    else { throw .unsigned }
    guard serial == credentials.platformKeyID else { throw .foreignSerial }
    guard let seconds = Int64(timestamp), isNear(seconds, now) else { throw .outsideTimeWindow }
    let message = Data("\(timestamp)\n\(nonce)\n".utf8) + body + Data("\n".utf8)
    guard let bytes = Data(base64Encoded: signature),
      credentials.platformKey.isValidSignature(
        _RSA.Signing.RSASignature(rawRepresentation: bytes), for: message, padding: .insecurePKCS1v1_5)
    else { throw .wrongSignature }
  }

  private func isNear(_ seconds: Int64, _ now: Timestamp) -> Bool {
    let tolerance = Self.tolerance.components.seconds
    return seconds > now.secondsSince1970 - tolerance && seconds < now.secondsSince1970 + tolerance
  }
}

/// Why an answer cannot be believed.
public enum AnswerFlaw: String, Error, Sendable, Equatable, CustomStringConvertible {
  case unsigned
  case foreignSerial
  case outsideTimeWindow
  case wrongSignature

  public var description: String {
    switch self {
    case .unsigned: "it carries no complete signature"
    case .foreignSerial: "it names another platform key than ours"
    case .outsideTimeWindow: "its time differs from ours by five minutes or more"
    case .wrongSignature: "its signature does not match its bytes"
    }
  }
}

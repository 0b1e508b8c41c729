public import Crypto
import CryptoExtras
import Foundation

/// The keys that a service provider signs with and checks the platform by. They stay in the gateway.
///
/// Every textual form of them is redacted: a log line or a crash report never carries a key.
public struct WeChatPayCredentials: Sendable {
  /// `sp_mchid`
  public let spMerchant: String
  /// `sp_appid`
  public let spAppID: String
  /// Serial number of the merchant certificate whose key signs the requests.
  public let certificateSerial: String
  /// `PUB_KEY_ID_…`: the serial every answer must name.
  public let platformKeyID: String
  /// Opens the resources of notifications (AES-256-GCM).
  public let apiV3Key: SymmetricKey

  let merchantKey: _RSA.Signing.PrivateKey
  let platformKey: _RSA.Signing.PublicKey

  /// - Parameters:
  ///   - merchantPrivateKey: RSA, 2048 bits or more, PEM (PKCS#1 or PKCS#8).
  ///   - platformPublicKey: RSA, 2048 bits or more, PEM (SubjectPublicKeyInfo).
  ///   - apiV3Key: 32 bytes.
  public init(
    spMerchant: String, spAppID: String, certificateSerial: String, merchantPrivateKey: String,
    platformKeyID: String, platformPublicKey: String, apiV3Key: String
  ) throws(WeChatPayCredentialsError) {
    for (field, text) in [
      ("sp_mchid", spMerchant), ("sp_appid", spAppID), ("certificate_serial", certificateSerial),
    ] where !Self.isPlainName(text) {
      throw .malformed(field: field)
    }
    guard platformKeyID.hasPrefix("PUB_KEY_ID_"), Self.isPlainName(platformKeyID) else {
      throw .malformed(field: "platform_key_id")
    }
    guard apiV3Key.utf8.count == 32 else { throw .apiV3KeyLength }
    guard let merchantKey = try? _RSA.Signing.PrivateKey(pemRepresentation: merchantPrivateKey) else {
      throw .unreadableKey(field: "private_key_file")
    }
    guard let platformKey = try? _RSA.Signing.PublicKey(pemRepresentation: platformPublicKey) else {
      throw .unreadableKey(field: "platform_key_file")
    }
    self.spMerchant = spMerchant
    self.spAppID = spAppID
    self.certificateSerial = certificateSerial
    self.platformKeyID = platformKeyID
    self.apiV3Key = SymmetricKey(data: Data(apiV3Key.utf8))
    self.merchantKey = merchantKey
    self.platformKey = platformKey
  }

  /// The text of a sensitive field that the platform encrypted to the merchant: RSA-OAEP with SHA-1, base64.
  ///
  /// - Returns: nil when it was encrypted to another key.
  func decrypted(_ field: String) -> String? {
    guard let ciphertext = Data(base64Encoded: field),
      let key = try? _RSA.Encryption.PrivateKey(derRepresentation: merchantKey.derRepresentation),
      let text = try? key.decrypt(ciphertext, padding: .PKCS1_OAEP)
    else { return nil }
    return String(bytes: text, encoding: .utf8)
  }

  /// True for a text without characters that could end a quoted value of the `Authorization` header.
  private static func isPlainName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}

extension WeChatPayCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String {
    "WeChatPayCredentials(sp_mchid \(spMerchant), keys redacted)"
  }

  public var debugDescription: String { description }

  public var customMirror: Mirror {
    Mirror(self, children: ["spMerchant": spMerchant, "keys": "redacted"])
  }
}

/// Why the credentials of `merchant.yaml` cannot be used. Names the key to look at, never its value.
public enum WeChatPayCredentialsError: Error, Equatable, CustomStringConvertible {
  case malformed(field: String)
  case unreadableKey(field: String)
  case apiV3KeyLength

  public var description: String {
    switch self {
    case .malformed(let field): "\(field) is missing or has characters that WeChat Pay never uses."
    case .unreadableKey(let field): "\(field) is not an RSA key of 2048 bits or more in PEM form."
    case .apiV3KeyLength: "The API v3 key must have exactly 32 bytes."
    }
  }
}

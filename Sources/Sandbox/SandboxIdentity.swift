import Crypto
import CryptoExtras
import Foundation

/// Who the platform and its one merchant are: made up at the first start, the same ever after.
struct SandboxIdentity: Sendable {
  let numbers: Numbers
  let merchantKey: _RSA.Signing.PrivateKey
  let platformKey: _RSA.Signing.PrivateKey

  /// Everything but the RSA keys; kept as `identity.json`.
  struct Numbers: Sendable, Codable, Equatable {
    let spMerchant: String
    let spAppID: String
    let subMerchant: String
    let certificateSerial: String
    let platformKeyID: String
    let organizationID: String
    let organizationName: String
    let apiV3Key: String
    /// Seals authinfo; nobody but the platform knows it.
    let sealingKey: Data
  }

  enum FileName {
    static let identity = "identity.json"
    static let merchantKey = "merchant-key.pem"
    static let merchantPublicKey = "merchant-public-key.pem"
    static let platformKey = "platform-key.pem"
    static let platformPublicKey = "platform-public-key.pem"
    static let apiV3Key = "api-v3-key"
    static let merchant = "merchant.yaml"
    static let journal = "journal.jsonl"
  }

  /// Reads the identity kept in `folder`, or makes one and keeps it.
  init(keptIn folder: DataFolder) throws(SandboxError) {
    if let text = try folder.read(FileName.identity) {
      do {
        numbers = try JSONDecoder().decode(Numbers.self, from: text)
        merchantKey = try Self.key(in: folder, FileName.merchantKey)
        platformKey = try Self.key(in: folder, FileName.platformKey)
      } catch let error as SandboxError {
        throw error
      } catch {
        throw .damaged(path: folder.url.path, reason: "identity or keys are not what the sandbox wrote")
      }
    } else {
      do {
        numbers = .random()
        merchantKey = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        platformKey = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        try keep(in: folder)
      } catch let error as SandboxError {
        throw error
      } catch {
        throw .folder(path: folder.url.path, reason: "keys cannot be made")
      }
    }
  }

  private static func key(in folder: DataFolder, _ name: String) throws -> _RSA.Signing.PrivateKey {
    let pem = String(decoding: try folder.read(name) ?? Data(), as: UTF8.self)
    return try _RSA.Signing.PrivateKey(pemRepresentation: pem)
  }

  /// `identity.json` comes last: a start that was interrupted begins again.
  private func keep(in folder: DataFolder) throws {
    let texts = [
      (FileName.merchantKey, merchantKey.pkcs8PEMRepresentation),
      (FileName.merchantPublicKey, merchantKey.publicKey.pemRepresentation),
      (FileName.platformKey, platformKey.pkcs8PEMRepresentation),
      (FileName.platformPublicKey, platformKey.publicKey.pemRepresentation),
      (FileName.apiV3Key, numbers.apiV3Key),
    ]
    for (name, text) in texts { try folder.write(Data(text.utf8), to: name) }
    try folder.write(try JSONEncoder().encode(numbers), to: FileName.identity)
  }

  /// The configuration of a gateway that uses this sandbox. Strings are written as JSON, which YAML includes.
  func writeMerchantFile(baseURL: String, to folder: DataFolder) throws(SandboxError) {
    let lines = [
      ("sp_mchid", numbers.spMerchant), ("sp_appid", numbers.spAppID), ("sub_mchid", numbers.subMerchant),
      ("certificate_serial", numbers.certificateSerial), ("private_key_file", FileName.merchantKey),
      ("platform_key_id", numbers.platformKeyID), ("platform_key_file", FileName.platformPublicKey),
      ("api_v3_key_file", FileName.apiV3Key), ("organization_id", numbers.organizationID),
      ("organization_name", numbers.organizationName), ("base_url", baseURL),
    ]
    let yaml = lines.map { "\($0): \"\($1)\"\n" }.joined()
    try folder.write(Data(yaml.utf8), to: FileName.merchant)
  }
}

extension SandboxIdentity.Numbers {
  fileprivate static func random() -> Self {
    let digits = "0123456789"
    let capitals = "0123456789ABCDEF"
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return Self(
      spMerchant: "19" + .random(8, of: digits), spAppID: "wx" + .random(16, of: capitals.lowercased()),
      subMerchant: "16" + .random(8, of: digits), certificateSerial: .random(40, of: capitals),
      platformKeyID: "PUB_KEY_ID_01" + .random(24, of: digits), organizationID: "O" + .random(10, of: digits),
      organizationName: "示范学校", apiV3Key: .random(32, of: letters),
      sealingKey: SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) })
  }
}

extension String {
  /// `count` characters of `alphabet` from the system's random source.
  static func random(_ count: Int, of alphabet: String) -> String {
    let characters = Array(alphabet)
    return String((0..<count).map { _ in characters[Int.random(in: characters.indices)] })
  }
}

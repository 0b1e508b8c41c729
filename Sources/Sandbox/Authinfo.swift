import Crypto
import Foundation

/// What an authinfo text is bound to. To everyone but the platform the text is opaque.
struct Authinfo: Sendable, Codable, Equatable {
  static let lifetimeInSeconds: Int64 = 36 * 3_600

  let organizationID: String
  let deviceID: String
  /// X9.63 P-256 public key by which this device signs face tokens.
  let deviceKey: Data
  let spMerchant: String
  let subMerchant: String
  /// Seconds since 1970.
  let issuedAt: Int64
  let expiresAt: Int64
  let salt: String

  init(
    organizationID: String, deviceID: String, deviceKey: Data, spMerchant: String, subMerchant: String,
    issuedAt: Int64
  ) {
    self.organizationID = organizationID
    self.deviceID = deviceID
    self.deviceKey = deviceKey
    self.spMerchant = spMerchant
    self.subMerchant = subMerchant
    self.issuedAt = issuedAt
    expiresAt = issuedAt + Self.lifetimeInSeconds
    salt = .random(64, of: "abcdefghijklmnopqrstuvwxyz0123456789")
  }

  /// base64url of the claims, a dot, base64url of their HMAC-SHA256; over 400 characters.
  func sealed(with key: SymmetricKey) throws -> String {
    let claims = try JSONEncoder().encode(self)
    let seal = Data(HMAC<SHA256>.authenticationCode(for: claims, using: key))
    return "\(claims.base64URL).\(seal.base64URL)"
  }

  /// - Returns: nil when this platform did not seal `text`.
  init?(opening text: String, with key: SymmetricKey) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let claims = Data(base64URL: parts[0]), let seal = Data(base64URL: parts[1]),
      HMAC<SHA256>.isValidAuthenticationCode(seal, authenticating: claims, using: key),
      let authinfo = try? JSONDecoder().decode(Self.self, from: claims)
    else { return nil }
    self = authinfo
  }
}

/// `POST /v3/offlineface/authinfo`.
struct AuthinfoRequest: Sendable, Decodable {
  /// base64 of JSON: what the recognition software of this project says about its device. (WeChat's own is
  /// opaque.)
  struct RawData: Decodable {
    let deviceID: String
    let deviceKey: Data

    enum CodingKeys: String, CodingKey {
      case deviceID = "device_id"
      case deviceKey = "device_key"
    }
  }

  let spAppID: String
  let subMerchant: String
  let deviceID: String
  let rawData: String
  let organizationID: String

  enum CodingKeys: String, CodingKey {
    case spAppID = "sp_appid"
    case subMerchant = "sub_mchid"
    case deviceID = "device_id"
    case rawData = "raw_data"
    case organizationID = "organization_id"
  }

  /// The credential this request earns.
  func granted(by numbers: SandboxIdentity.Numbers, at now: Date) throws(PlatformRefusal) -> Authinfo {
    guard spAppID == numbers.spAppID else { throw .parameter("sp_appid", "is not bound to the merchant") }
    guard subMerchant == numbers.subMerchant else { throw .parameter("sub_mchid", "is not a sub-merchant") }
    guard organizationID == numbers.organizationID else { throw .parameter("organization_id", "is unknown") }
    guard let json = Data(base64Encoded: rawData),
      let raw = try? JSONDecoder().decode(RawData.self, from: json),
      (try? P256.Signing.PublicKey(x963Representation: raw.deviceKey)) != nil
    else { throw .parameter("raw_data", "is not what the recognition software wrote") }
    guard !deviceID.isEmpty, raw.deviceID == deviceID else {
      throw .parameter("device_id", "differs from raw_data")
    }
    return Authinfo(
      organizationID: organizationID, deviceID: deviceID, deviceKey: raw.deviceKey,
      spMerchant: numbers.spMerchant, subMerchant: subMerchant, issuedAt: Int64(now.timeIntervalSince1970))
  }
}

public import CanteenCore
public import Crypto
public import Foundation

/// What a till tells the platform about itself, through the gateway, to get its credential.
public struct DeviceRawData: Sendable, Codable {
  public let device: TerminalID
  /// X9.63 public key of the device key that will sign face tokens.
  public let deviceKey: Data

  public init(device: TerminalID, deviceKey: Data) {
    self.device = device
    self.deviceKey = deviceKey
  }

  private enum CodingKeys: String, CodingKey {
    case device = "device_id"
    case deviceKey = "device_key"
  }
}

/// What a face token says: this person stood before this till and this order is theirs.
///
/// A token is `CTN1.` claims `.` signature, both base64url: the claims as JSON text, the signature P-256 ECDSA
/// over `canteen-face-token-1\n` and that text. To everyone but its issuer and the platform it is opaque.
public struct FaceTokenClaims: Sendable, Codable {
  public let authinfo: String
  public let device: TerminalID
  public let organization: OrganizationID
  public let merchant: MerchantProfile
  public let platformUserID: String
  /// 0: by face alone; 1: by face and phone tail.
  public let recognitionMode: Int
  public let amount: Fen
  public let outTradeNumber: OutTradeNumber
  public let recognisedAt: Timestamp
  public let nonce: String

  public init(
    authinfo: String, device: TerminalID, organization: OrganizationID, merchant: MerchantProfile,
    platformUserID: String, recognitionMode: Int, amount: Fen, outTradeNumber: OutTradeNumber,
    recognisedAt: Timestamp, nonce: String
  ) {
    self.authinfo = authinfo
    self.device = device
    self.organization = organization
    self.merchant = merchant
    self.platformUserID = platformUserID
    self.recognitionMode = recognitionMode
    self.amount = amount
    self.outTradeNumber = outTradeNumber
    self.recognisedAt = recognisedAt
    self.nonce = nonce
  }

  public func token(signedBy key: P256.Signing.PrivateKey) throws -> String {
    let text = try CanonicalJSON.text(self)
    let signature = try key.signature(for: Data("canteen-face-token-1\n\(text)".utf8)).rawRepresentation
    return "CTN1.\(Data(text.utf8).base64URL).\(signature.base64URL)"
  }

  private enum CodingKeys: String, CodingKey {
    case authinfo
    case device = "device_id"
    case organization = "organization_id"
    case merchant
    case platformUserID = "user_id"
    case recognitionMode = "recog_mode"
    case amount = "total_fee"
    case outTradeNumber = "out_trade_no"
    case recognisedAt = "recognised_at"
    case nonce
  }
}

extension Data {
  fileprivate var base64URL: String {
    base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}

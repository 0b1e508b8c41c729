import Crypto
import Foundation

/// A face token as the platform reads it: `CTN1.` claims `.` signature.
struct FaceToken: Sendable {
  struct Claims: Sendable, Decodable {
    struct Merchant: Sendable, Decodable {
      let spMerchant: String
      let subMerchant: String

      enum CodingKeys: String, CodingKey {
        case spMerchant = "sp_mchid"
        case subMerchant = "sub_mchid"
      }
    }

    let authinfo: String
    let deviceID: String
    let organizationID: String
    let merchant: Merchant
    let userID: String
    let amount: Int64
    let outTradeNumber: String
    /// Milliseconds since 1970.
    let recognisedAt: Int64

    enum CodingKeys: String, CodingKey {
      case authinfo
      case deviceID = "device_id"
      case organizationID = "organization_id"
      case merchant
      case userID = "user_id"
      case amount = "total_fee"
      case outTradeNumber = "out_trade_no"
      case recognisedAt = "recognised_at"
    }
  }

  let claims: Claims
  private let signedText: Data
  private let signature: P256.Signing.ECDSASignature

  /// - Returns: nil for a text that is no token or only a part of one.
  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "CTN1", let json = Data(base64URL: parts[1]),
      let raw = Data(base64URL: parts[2]),
      let signature = try? P256.Signing.ECDSASignature(rawRepresentation: raw),
      let claims = try? JSONDecoder().decode(Claims.self, from: json)
    else { return nil }
    self.claims = claims
    self.signature = signature
    signedText = Data("canteen-face-token-1\n".utf8) + json
  }

  /// Checks that a device of this merchant made the token, while its credential was valid, for this request.
  ///
  /// *Assumed:* that amount and order number are bound, and that the credential has to be valid when the face
  /// was recognised, not when an order that waited for the network arrives.
  ///
  /// - Returns: the platform's `user_id` of the person recognised.
  func person(paying request: DeductionRequest, sealingKey: SymmetricKey, at now: Date)
    throws(PlatformRefusal)
    -> String
  {
    guard let authinfo = Authinfo(opening: claims.authinfo, with: sealingKey),
      let key = try? P256.Signing.PublicKey(x963Representation: authinfo.deviceKey),
      key.isValidSignature(signature, for: signedText)
    else { throw .invalidToken }
    guard claims.deviceID == authinfo.deviceID, claims.organizationID == authinfo.organizationID,
      claims.merchant.spMerchant == authinfo.spMerchant, claims.merchant.subMerchant == authinfo.subMerchant
    else { throw .invalidToken }
    let slack = RequestGate.toleranceInSeconds
    let recognised = claims.recognisedAt / 1_000
    guard recognised >= authinfo.issuedAt - slack, recognised <= authinfo.expiresAt else {
      throw .invalidRequest("扣款凭证不合法: authinfo已过期")
    }
    guard recognised <= Int64(now.timeIntervalSince1970) + slack else { throw .invalidToken }
    try same("mch_id", request.spMerchant, claims.merchant.spMerchant)
    try same("sub_mch_id", request.subMerchant, claims.merchant.subMerchant)
    try same("total_fee", String(request.amount.total), String(claims.amount))
    try same("out_trade_no", request.outTradeNumber, claims.outTradeNumber)
    return claims.userID
  }

  private func same(_ name: String, _ requested: String, _ bound: String) throws(PlatformRefusal) {
    guard requested == bound else {
      throw .invalidRequest("参数内容和扣款凭证内容不一致. 参数中\(name)=\(requested), 凭证内\(name)=\(bound)")
    }
  }
}

extension PlatformRefusal {
  static let invalidToken = PlatformRefusal.invalidRequest("扣款凭证不合法")
}

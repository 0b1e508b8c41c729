public import CanteenCore
import Foundation

/// One deduction by face (`POST /v3/offlineface/transactions`).
///
/// Its request body is a function of this value and the merchant alone: a retry sends the same bytes.
public struct FaceDeduction: Sendable, Equatable {
  /// The face token. Opaque, of any length, never cut.
  public let authCode: String
  public let subMerchant: String
  public let outTradeNumber: OutTradeNumber
  /// What the guardian reads on the bill. API v3 accepts no characters beyond U+FFFF; they are left out.
  public let description: String
  public let amount: Fen
  /// Address of the till, as text.
  public let deviceIP: String
  /// 2: K12.
  public let businessProductID: Int
  /// 3: canteen.
  public let businessSceneID: Int
  /// Comes back in answers and bills unchanged.
  public let attach: String?

  public init(
    authCode: String, subMerchant: String, outTradeNumber: OutTradeNumber, description: String, amount: Fen,
    deviceIP: String, businessProductID: Int = 2, businessSceneID: Int = 3, attach: String? = nil
  ) {
    self.authCode = authCode
    self.subMerchant = subMerchant
    self.outTradeNumber = outTradeNumber
    self.description = description
    self.amount = amount
    self.deviceIP = deviceIP
    self.businessProductID = businessProductID
    self.businessSceneID = businessSceneID
    self.attach = attach
  }

  /// UTF-8 JSON with sorted keys.
  func body(spMerchant: String, spAppID: String) throws -> Data {
    try JSONEncoder.canonical.encode(
      Body(
        authCode: authCode, spAppID: spAppID, spMerchant: spMerchant, subMerchant: subMerchant,
        outTradeNumber: outTradeNumber, description: description.withinThreeByteUTF8,
        attach: attach?.withinThreeByteUTF8, amount: .init(total: amount), scene: .init(deviceIP: deviceIP),
        business: .init(product: businessProductID, scene: businessSceneID)))
  }
}

private struct Body: Encodable {
  struct Amount: Encodable {
    let total: Fen
    var currency = "CNY"
  }

  struct Scene: Encodable {
    let deviceIP: String

    enum CodingKeys: String, CodingKey {
      case deviceIP = "device_ip"
    }
  }

  struct Business: Encodable {
    let product: Int
    let scene: Int

    enum CodingKeys: String, CodingKey {
      case product = "business_product_id"
      case scene = "business_scene_id"
    }
  }

  let authCode: String
  let spAppID: String
  let spMerchant: String
  let subMerchant: String
  let outTradeNumber: OutTradeNumber
  let description: String
  let attach: String?
  let amount: Amount
  let scene: Scene
  let business: Business

  enum CodingKeys: String, CodingKey {
    case authCode = "auth_code"
    case spAppID = "sp_appid"
    case spMerchant = "sp_mchid"
    case subMerchant = "sub_mchid"
    case outTradeNumber = "out_trade_no"
    case description
    case attach
    case amount
    case scene = "scene_info"
    case business
  }
}

extension JSONEncoder {
  /// Sorted keys and plain slashes: one value, one text.
  static var canonical: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}

extension String {
  /// Without the characters that API v3's JSON does not accept.
  var withinThreeByteUTF8: String {
    String(String.UnicodeScalarView(unicodeScalars.filter { $0.value <= 0xFFFF }))
  }
}

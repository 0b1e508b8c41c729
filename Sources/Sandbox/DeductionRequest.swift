import Crypto
import Foundation

/// `POST /v3/offlineface/transactions`.
struct DeductionRequest: Sendable, Codable, Equatable {
  struct Amount: Sendable, Codable, Equatable {
    /// Fen.
    let total: Int64
    let currency: String
  }

  struct Scene: Sendable, Codable, Equatable {
    let deviceIP: String

    enum CodingKeys: String, CodingKey {
      case deviceIP = "device_ip"
    }
  }

  struct Settlement: Sendable, Codable, Equatable {
    let profitSharing: Bool?

    enum CodingKeys: String, CodingKey {
      case profitSharing = "profit_sharing"
    }
  }

  struct Business: Sendable, Codable, Equatable {
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
  let subAppID: String?
  let subMerchant: String
  let outTradeNumber: String
  let description: String
  let attach: String?
  let goodsTag: String?
  let amount: Amount
  let scene: Scene
  let settlement: Settlement?
  let business: Business

  enum CodingKeys: String, CodingKey {
    case authCode = "auth_code"
    case spAppID = "sp_appid"
    case spMerchant = "sp_mchid"
    case subAppID = "sub_appid"
    case subMerchant = "sub_mchid"
    case outTradeNumber = "out_trade_no"
    case description
    case attach
    case goodsTag = "goods_tag"
    case amount
    case scene = "scene_info"
    case settlement = "settle_info"
    case business
  }

  /// 2: K12, 11: enterprise canteen.
  static let products: Set<Int> = [2, 11]
  /// 3 canteen, 4 supermarket, 5 infirmary, 6 test; 124 … 126 outside schools.
  static let scenes: Set<Int> = [3, 4, 5, 6, 124, 125, 126]
  /// ¥100 an order.
  static let largestAmount: Int64 = 100_00

  /// Checks everything that needs neither token nor account. *Assumed:* the codes of these refusals.
  func check(against numbers: SandboxIdentity.Numbers) throws(PlatformRefusal) {
    guard spMerchant == numbers.spMerchant else {
      throw .parameter("sp_mchid", "is not the signing merchant")
    }
    guard spAppID == numbers.spAppID else { throw .parameter("sp_appid", "is not bound to the merchant") }
    guard subMerchant == numbers.subMerchant else { throw .parameter("sub_mchid", "is not a sub-merchant") }
    guard amount.currency == "CNY" else { throw .parameter("amount.currency", "must be CNY") }
    guard amount.total >= 1 else { throw .parameter("amount.total", "must be 1 fen or more") }
    guard amount.total <= Self.largestAmount else { throw .invalidRequest("订单金额超过单笔限额100元") }
    guard (6...32).contains(outTradeNumber.utf8.count) else {
      throw .parameter("out_trade_no", "has 6 to 32 characters")
    }
    guard !description.isEmpty else { throw .parameter("description", "is empty") }
    guard !scene.deviceIP.isEmpty else { throw .parameter("scene_info.device_ip", "is empty") }
    guard Self.products.contains(business.product) else {
      throw .parameter("business.business_product_id", "is not a product")
    }
    guard Self.scenes.contains(business.scene) else {
      throw .parameter("business.business_scene_id", "is not a scene")
    }
  }

  /// SHA-256 over all parameters: two requests with the same number must agree in it.
  func fingerprint() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return Data(SHA256.hash(data: try encoder.encode(self)))
  }
}

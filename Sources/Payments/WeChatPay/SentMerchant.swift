import Foundation
import PaymentPlatform

/// Whose merchant a request was of when it was made.
struct SentMerchant: Decodable {
  /// Not in a refund, which names the sub-merchant only.
  let spMerchant: String?
  let subMerchant: String

  init?(_ request: PlatformRequest) {
    guard let merchant = try? JSONDecoder().decode(Self.self, from: request.body) else { return nil }
    self = merchant
  }

  private enum CodingKeys: String, CodingKey {
    case spMerchant = "sp_mchid"
    case subMerchant = "sub_mchid"
  }
}

import CanteenCore
import Foundation

/// The merchant's numbers and where its keys are, from the platform's merchant page or from the sandbox.
struct MerchantSettings: Sendable, Codable {
  let spMerchant: String
  let spAppID: String
  let subMerchant: String
  let certificateSerial: String
  let privateKeyFile: String
  let platformKeyID: String
  let platformKeyFile: String
  let apiV3KeyFile: String
  let organization: OrganizationID
  let organizationName: String
  let baseURL: URL

  /// What is wrong with the platform's address; nil for a sound one.
  var flawOfAddress: String? {
    guard let scheme = baseURL.scheme, let host = baseURL.host(), !host.isEmpty else {
      return "it is no address such as https://api.mch.weixin.qq.com"
    }
    let isHere = ["127.0.0.1", "localhost", "::1"].contains(host)
    guard scheme == "https" || scheme == "http" && isHere else {
      return "it must begin with https://, but for a stand-in on this machine"
    }
    guard ["", "/"].contains(baseURL.path()), baseURL.query() == nil else {
      return "it must end after the host: the paths are the platform's"
    }
    return nil
  }

  private enum CodingKeys: String, CodingKey {
    case spMerchant = "sp_mchid"
    case spAppID = "sp_appid"
    case subMerchant = "sub_mchid"
    case certificateSerial = "certificate_serial"
    case privateKeyFile = "private_key_file"
    case platformKeyID = "platform_key_id"
    case platformKeyFile = "platform_key_file"
    case apiV3KeyFile = "api_v3_key_file"
    case organization = "organization_id"
    case organizationName = "organization_name"
    case baseURL = "base_url"
  }
}

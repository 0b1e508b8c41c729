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

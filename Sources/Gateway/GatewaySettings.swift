import CanteenCore
import Foundation
import GatewayProtocol
import HTTPService

/// What an operator writes for one gateway, as YAML. Paths are relative to the file.
struct GatewaySettings: Sendable, Codable {
  /// Where the office is served, on this machine only.
  let listen: ListenAddress
  /// Where tills are served that show a certificate.
  let tills: NetworkAddress
  /// Where boxes become tills and certificates are renewed.
  let pairing: NetworkAddress
  /// Under which tills know this machine, besides the names and addresses it has.
  let names: [String]
  /// Folder for the store and the gateway's own keys.
  let data: String
  /// Folder with the two models.
  let models: String
  /// The merchant's settings file.
  let merchant: String
  /// The school's own limits; nil for the platforms' ceilings.
  let limits: SpendingLimits?
  /// The merchant is under test: ¥1 a user a day.
  let testMerchant: Bool
  let plan: MealPlan
  let offline: OfflineLimits
  /// The school keeps accounts of its own, from which a card, a PIN or a name may pay at the tills.
  let schoolAccounts: Bool
  /// How many calls run at once at each payment platform.
  let platformCalls: Int
  /// Seconds after which no request to a platform is still under way; shorter only with the sandbox.
  let platformQuiet: Double

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    listen = try container.decode(ListenAddress.self, forKey: .listen)
    tills =
      try container.decodeIfPresent(NetworkAddress.self, forKey: .tills)
      ?? NetworkAddress(port: GatewayPorts.tills)
    pairing =
      try container.decodeIfPresent(NetworkAddress.self, forKey: .pairing)
      ?? NetworkAddress(port: GatewayPorts.pairing)
    names = try container.decodeIfPresent([String].self, forKey: .names) ?? []
    guard names.count <= 16, names.allSatisfy({ (1...253).contains($0.utf8.count) }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .names, in: container, debugDescription: "must be up to 16 host names or addresses")
    }
    data = try container.decode(String.self, forKey: .data)
    models = try container.decode(String.self, forKey: .models)
    merchant = try container.decode(String.self, forKey: .merchant)
    limits = try container.decodeIfPresent(SpendingLimits.self, forKey: .limits)
    testMerchant = try container.decodeIfPresent(Bool.self, forKey: .testMerchant) ?? false
    plan = try container.decodeIfPresent(MealPlan.self, forKey: .plan) ?? .unplanned
    offline = try container.decodeIfPresent(OfflineLimits.self, forKey: .offline) ?? .usual
    schoolAccounts = try container.decodeIfPresent(Bool.self, forKey: .schoolAccounts) ?? false
    platformCalls =
      try container.decodeIfPresent(Int.self, forKey: .platformCalls) ?? SettlementScheduler.mostCallsAtOnce
    platformQuiet =
      try container.decodeIfPresent(Double.self, forKey: .platformQuiet)
      ?? SettlementScheduler.usualQuiet / .seconds(1)
    guard (1...86_400).contains(platformQuiet) else {
      throw DecodingError.dataCorruptedError(
        forKey: .platformQuiet, in: container, debugDescription: "must be 1 to 86400 seconds")
    }
    guard (1...64).contains(platformCalls) else {
      throw DecodingError.dataCorruptedError(
        forKey: .platformCalls, in: container, debugDescription: "must be 1 to 64")
    }
  }

  private enum CodingKeys: String, CodingKey {
    case listen
    case tills
    case pairing
    case names
    case data
    case models
    case merchant
    case limits
    case testMerchant = "test_merchant"
    case plan = "meals"
    case offline
    case schoolAccounts = "school_accounts"
    case platformCalls = "platform_calls"
    case platformQuiet = "platform_quiet_seconds"
  }
}

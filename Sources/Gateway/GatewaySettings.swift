import CanteenCore
import Daemon
import Foundation

/// What an operator writes for one gateway, as YAML. Paths are relative to the file.
struct GatewaySettings: Sendable, Codable {
  let listen: ListenAddress
  /// Folder for the store and the gateway's own keys.
  let data: String
  /// Folder with the two models.
  let models: String
  /// The merchant's settings file.
  let merchant: String
  let limits: SpendingLimits

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    listen = try container.decode(ListenAddress.self, forKey: .listen)
    data = try container.decode(String.self, forKey: .data)
    models = try container.decode(String.self, forKey: .models)
    merchant = try container.decode(String.self, forKey: .merchant)
    limits = try container.decodeIfPresent(SpendingLimits.self, forKey: .limits) ?? .platformCeiling
  }
}

public import CanteenCore
public import Foundation
import GatewayProtocol
import Settings

/// Makes a fresh box a till: sends its keys and the code to the gateway and keeps who it now is.
public enum Pairing {
  /// - Returns: the name the gateway gave this till.
  public static func pair(
    settingsFile file: URL, gateway: URL, code: String, wallClock: any WallClock
  ) async throws -> TerminalID {
    let settings = try SettingsFile.read(TerminalSettings.self, from: file)
    let state = URL(filePath: settings.state, relativeTo: file.deletingLastPathComponent())
    if let identity = try? TerminalIdentity.read(from: state) {
      throw PairingError.alreadyPaired(identity.terminal.text)
    }
    let keys = try TerminalKeys(state: state)
    let client = GatewayClient(gateway: gateway, terminal: nil, http: .impatient, wallClock: wallClock)
    let answer = try await client.pair(keys.pairRequest(code: code))
    try TerminalIdentity(
      terminal: answer.terminal, organization: answer.organization, gateway: gateway,
      gatewayKey: answer.gatewayKey, certificate: answer.certificate, authority: answer.authority
    ).write(to: state)
    return answer.terminal
  }
}

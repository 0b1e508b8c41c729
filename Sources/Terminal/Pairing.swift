import AsyncHTTPClient
public import CanteenCore
import Daemon
import SettingsFile
import GatewayProtocol
public import Foundation

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
    let http = HTTPClient(eventLoopGroupProvider: .singleton)
    let client = GatewayClient(gateway: gateway, terminal: nil, http: http, wallClock: wallClock)
    do {
      let answer = try await client.pair(keys.pairRequest(code: code))
      try TerminalIdentity(
        terminal: answer.terminal, organization: answer.organization, gateway: gateway,
        gatewayKey: answer.gatewayKey, certificate: answer.certificate, authority: answer.authority
      ).write(to: state)
      try await http.shutdown()
      return answer.terminal
    } catch {
      try? await http.shutdown()
      throw error
    }
  }
}

public import CanteenCore
import Crypto
public import Foundation
import GatewayProtocol
import Identity
import Settings
import SystemService
import SwiftASN1
import X509

/// Makes a fresh box a till: finds out that the gateway is the one that made the code, sends it the code and the box's
/// keys, and keeps who the box now is.
public enum Pairing {
  /// - Parameters:
  ///   - gateway: name or address of the gateway's machine, with the port where it pairs unless that is the usual one.
  ///   - code: as somebody typed it.
  /// - Returns: the name the gateway gave this till.
  public static func pair(
    settingsFile file: URL, gateway: String, code: String, wallClock: any WallClock
  ) async throws -> TerminalID {
    let settings = try SettingsFile.read(TerminalSettings.self, from: file)
    let state = URL(filePath: settings.state, relativeTo: file.deletingLastPathComponent())
    let code = try PairingCode(typed: code)
    let address = try address(of: gateway)
    let keys = try TerminalKeys(state: state)
    // A till that runs would write its identity over the new one.
    let lock = try FolderLock(folder: state)
    defer { withExtendedLifetime(lock) {} }
    // Again, in place: the ledger stays, and so does the name.
    let known = try identity(in: state)

    let authority = try await authority(at: address, named: code.fingerprint, wallClock: wallClock)
    if let known, try DistinguishedName(authorityOf: known.organization) != authority.subject {
      throw PairingError.alreadyPaired(known.terminal.text)
    }
    let client = GatewayClient(
      connections: try GatewayConnections(
        // A new box does not know the time yet.
        to: address, trusting: .certified(by: CertificateJudge(authorities: [authority])), now: { nil }),
      terminal: nil, wallClock: wallClock)
    let answer = try await client.pair(keys.pairRequest(ticket: code.ticket, as: known))
    try TerminalIdentity(
      terminal: answer.terminal, organization: answer.organization,
      gateway: address.with(port: answer.tillsPort), pairing: address, gatewayKey: answer.gatewayKey,
      certificate: answer.certificate, authority: try authority.serializeAsPEM().pemString,
      formerAuthorities: known.map { ($0.formerAuthorities ?? []) + [$0.authority] },
      formerKeys: answer.formerKeys
    ).write(to: state)
    return answer.terminal
  }

  /// nil in a box that is no till yet.
  private static func identity(in state: URL) throws(PairingError) -> TerminalIdentity? {
    do throws(PairingError) {
      return try TerminalIdentity.read(from: state)
    } catch {
      if case .notPaired = error { return nil }
      throw error
    }
  }

  /// Asks whoever answers who certifies it, and believes only the one that the code names. Nothing is told to it.
  private static func authority(
    at address: URL, named fingerprint: AuthorityFingerprint, wallClock: any WallClock
  ) async throws -> Certificate {
    let stranger = try GatewayClient.toAnybody(at: address, wallClock: wallClock)
    let answer = try await stranger.authority()
    guard let shown = try? Certificate(pemEncoded: answer.certificate),
      let key = P256.Signing.PublicKey(shown.publicKey),
      AuthorityFingerprint(of: key) == fingerprint
    else { throw PairingError.otherGateway(address.host() ?? "") }
    return shown
  }

  /// Reads `HOST`, `HOST:PORT`, or either after `https://`.
  static func address(of text: String) throws(PairingError) -> URL {
    let plain = text.trimmingCharacters(in: .whitespaces)
    // An IPv6 address by itself has colons of its own.
    let host = plain.isIPAddress && plain.contains(":") ? "[\(plain)]" : plain
    guard let url = URL(string: host.contains("://") ? host : "https://\(host)"), url.scheme == "https",
      let name = url.host(), !name.isEmpty, url.path.isEmpty || url.path == "/"
    else { throw .notAnAddress(text) }
    return url.with(port: url.port ?? GatewayPorts.pairing)
  }
}

extension URL {
  /// The same machine over TLS, at this port.
  func with(port: Int) -> URL {
    let name = host() ?? "localhost"
    let host = name.contains(":") && !name.hasPrefix("[") ? "[\(name)]" : name
    guard let url = URL(string: "https://\(host):\(port)") else {
      preconditionFailure("A host and a port make an address.")
    }
    return url
  }
}

import CanteenCore
import CanteenTestSupport
import Concurrency
import Crypto
import Foundation
import GatewayProtocol
import Logging
import ServiceLifecycle
import Settings
import Testing

@testable import Gateway
@testable import Terminal

let silence = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

extension ServedGateway {
  /// Listens over TLS on this machine while `work` is done.
  func running(
    _ routes: GatewayRoutes? = nil, _ work: (ServedPorts) async throws -> Void
  ) async throws {
    let routes = routes ?? self.routes
    let file = folder.url.appending(path: "gateway.yaml")
    try """
    listen: { port: 0 }
    tills: { host: 127.0.0.1, port: 0 }
    pairing: { host: 127.0.0.1, port: 0 }
    data: data
    models: models
    merchant: merchant.yaml
    """.write(to: file, atomically: true, encoding: .utf8)
    let listeners = try GatewayListeners(
      SettingsFile.read(GatewaySettings.self, from: file), showing: routes.certificate)
    let (ready, isReady) = AsyncStream<ServedPorts>.makeStream()
    let services = listeners.services(routes, logger: silence) { isReady.yield(ServedPorts($0)) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await ServiceGroup(services: services, logger: silence).run() }
      let ports = try #require(await ready.first { _ in true })
      try await work(ports)
      group.cancelAll()
    }
  }
}

/// A box of its own, as far as pairing and calling the gateway are concerned.
struct TestBox {
  let folder: TemporaryFolder
  let wallClock = ManualWallClock()
  let clock = ManualClock()
  private var settings: URL { folder.url.appending(path: "terminal.yaml") }
  private var state: URL { folder.url.appending(path: "state") }

  init() throws {
    folder = try TemporaryFolder()
    try """
    listen: { port: 0 }
    state: state
    models: models
    web: web
    camera: { device: /dev/video0 }
    """.write(to: settings, atomically: true, encoding: .utf8)
  }

  func pair(at port: Int, host: String = "127.0.0.1", code: String) async throws {
    _ = try await Pairing.pair(
      settingsFile: settings, gateway: "\(host):\(port)", code: code, wallClock: wallClock)
  }

  var keys: TerminalKeys { get throws { try TerminalKeys(state: state) } }
  var identity: TerminalIdentity { get throws { try TerminalIdentity.read(from: state) } }

  func write(_ identity: TerminalIdentity) throws {
    _ = try keys
    try identity.write(to: state)
  }

  /// - Parameters:
  ///   - key: of another box, which this one pretends to be.
  ///   - now: the time, where the box knows it.
  func client(
    to address: URL? = nil, showing certificate: String? = nil, key: P256.Signing.PrivateKey? = nil,
    now: @escaping @Sendable () -> Timestamp? = { nil }
  ) throws -> GatewayClient {
    let identity = try identity
    return GatewayClient(
      connections: try GatewayConnections(
        to: address ?? identity.gateway, trusting: identity.trust(),
        showing: (certificate ?? identity.certificate, key ?? keys.device), now: now),
      terminal: identity.terminal, gatewayKey: try identity.gatewayPublicKey(), wallClock: wallClock)
  }

  func till() throws -> TillClock {
    TillClock(system: wallClock, clock: clock, floor: Timestamp(millisecondsSince1970: 0))
  }

  /// What looks after the certificate, with the way to the gateway that it keeps.
  func keeper(_ till: TillClock) throws -> (CertificateKeeper, GatewayClient, KeptIdentity) {
    let kept = try KeptIdentity(in: state)
    let client = GatewayClient(
      connections: try GatewayConnections(
        to: kept.current.gateway, trusting: kept.current.trust(), showing: kept.current.shown(with: keys),
        now: { till.timeIfTrusted }),
      terminal: kept.current.terminal, gatewayKey: try kept.current.gatewayPublicKey(), wallClock: till)
    let keeper = CertificateKeeper(
      identity: kept, keys: try keys, client: client, clock: clock, wallClock: till, logger: silence)
    return (keeper, client, kept)
  }
}

/// Looks again and again until something is so; the test's own time limit ends it.
func until(_ isSo: () async throws -> Bool) async throws {
  while try await !isSo() { try await Task.sleep(for: .milliseconds(5)) }
}

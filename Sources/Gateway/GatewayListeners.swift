import HTTPService
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import ServiceLifecycle

/// What serves the gateway's callers, each listener with bounds of its own.
struct GatewayListeners: Sendable {
  /// Each till keeps a few connections; a school with hundreds of tills has more than one gateway.
  private static let tills = ListenerBounds(connections: 1_000)
  /// A box calls a few times in its life, a till twice a month.
  private static let pairing = ListenerBounds(connections: 64, idle: .seconds(15))
  /// The office, and tills of earlier versions.
  private static let office = ListenerBounds(connections: 256)

  private let settings: GatewaySettings
  private let tillServer: HTTPServerBuilder
  private let pairingServer: HTTPServerBuilder

  /// - Throws: when the gateway's key and certificate are of no use.
  init(_ settings: GatewaySettings, showing certificate: ServerCertificate) throws {
    self.settings = settings
    let tls = TLSChannelConfiguration(
      tlsConfiguration: try certificate.tls(),
      // Whatever a caller shows is admitted here and judged with its first request, which can be answered with a reason.
      customVerificationCallback: { _, promise in promise.succeed(.certificateVerified) })
    tillServer = Self.server(Self.tills, over: tls, perCaller: 128)
    pairingServer = Self.server(Self.pairing, over: tls, perCaller: 16)
  }

  /// - Parameter most: connections of one address; several tills may stand behind one.
  private static func server(
    _ bounds: ListenerBounds, over tls: TLSChannelConfiguration, perCaller most: Int
  ) -> HTTPServerBuilder {
    HTTPServerBuilder { responder in
      CallerLimit(
        try TLSChannel(HTTP1Channel(responder: responder, configuration: bounds.http), configuration: tls),
        most: most)
    }
  }

  /// Makes sure that all can begin.
  ///
  /// - Throws: one sentence about the one that cannot.
  func check() async throws {
    for address in [settings.tills, settings.pairing, settings.listen.network] {
      try await address.checkIsFree()
    }
  }

  /// - Parameter ready: called once all listeners serve.
  func services(
    _ routes: GatewayRoutes, logger: Logger, ready: @escaping @Sendable (ListenerPorts) -> Void
  ) -> [any Service] {
    func listener(
      _ name: ListenerPorts.Listener, at address: NetworkAddress, _ bounds: ListenerBounds,
      _ server: HTTPServerBuilder, _ router: Router<CallerContext>
    ) -> any Service {
      Application(
        router: router, server: server,
        configuration: bounds.configuration(of: address.bindAddress, serverName: "canteen-gateway"),
        onServerRunning: { channel in
          if routes.ports.isServed(name, at: channel.localAddress?.port ?? 0) { ready(routes.ports) }
        }, logger: logger)
    }
    return [
      listener(.tills, at: settings.tills, Self.tills, tillServer, routes.tills()),
      listener(.pairing, at: settings.pairing, Self.pairing, pairingServer, routes.forPairing()),
      listener(.office, at: settings.listen.network, Self.office, Self.office.server, routes.office()),
    ]
  }
}

/// Ports on which a gateway that has started serves its callers.
public struct ServedPorts: Sendable {
  public let office: Int
  public let tills: Int
  public let pairing: Int

  init(_ ports: ListenerPorts) {
    office = ports[.office]
    tills = ports[.tills]
    pairing = ports[.pairing]
  }
}

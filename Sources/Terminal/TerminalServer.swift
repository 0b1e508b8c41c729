public import CanteenCore
public import Foundation
import HTTPService
import Hummingbird
public import Logging
public import ServiceLifecycle
public import SystemService

/// One till as a service: its loops, its pages and its socket.
///
/// Crash-only: it may be killed at any moment, and everything it must know is read back at the start.
public struct TerminalServer: Service {
  /// A page holds up to four connections.
  private static let screens = ListenerBounds(connections: 64)
  private static let commands = ListenerBounds(connections: 32)

  private let till: TerminalAssembly
  private let services: [any Service]
  private let logger: Logger

  /// - Parameters:
  ///   - file: the settings file; paths in it are relative to its folder.
  ///   - manager: told when the pages are served and that the loops go on.
  ///   - listening: called with the port once the pages are served.
  /// - Throws: one clear sentence when something is missing.
  public init(
    settingsFile file: URL, clock: any MonotonicClock, wallClock: any WallClock, logger: Logger,
    manager: ServiceManager? = nil, listening: @escaping @Sendable (Int) -> Void
  ) throws {
    till = try TerminalAssembly(
      settingsFile: file, clock: clock, wallClock: wallClock, logger: logger, manager: manager)
    self.logger = logger
    let router = till.router(logger: logger)
    let socket = Application(
      router: router, server: Self.commands.server,
      configuration: Self.commands.configuration(
        of: .unixDomainSocket(path: till.files.socket.path), serverName: "canteend"),
      logger: logger)
    let pages = Application(
      router: router, server: Self.screens.server,
      configuration: Self.screens.configuration(
        of: till.settings.listen.network.bindAddress, serverName: "canteend"),
      onServerRunning: { channel in
        manager?.tell(.ready)
        listening(channel.localAddress?.port ?? 0)
      }, logger: logger)
    services = till.loops + [socket, pages]
    let startUpPeak = MallocTuning.startUpIsOver()
    logger.info("Ready to sell", metadata: ["start_up_peak_mb": "\(Int(startUpPeak))"])
  }

  public func run() async throws {
    try await till.settings.listen.network.checkIsFree()
    try till.files.removeOldSocket()
    try await till.core.resume()
    await till.core.checkout.wakeCamera()
    try await ServiceGroup(services: services, logger: logger).run()
  }
}

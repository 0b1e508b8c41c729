public import Foundation
import Hummingbird
public import Logging
import NIOCore
public import ServiceLifecycle

/// The stand-in for WeChat Pay: listens on loopback until it is told to stop.
public struct SandboxServer: Service {
  private let configuration: SandboxConfiguration
  private let platform: SandboxPlatform
  private let folder: DataFolder
  private let logger: Logger
  private let onListening: @Sendable (_ baseURL: String) async -> Void

  /// Opens the data folder; the first start makes two RSA keys and takes a moment.
  ///
  /// - Parameter onListening: called once `merchant.yaml` names the address bound, such as
  ///   `http://127.0.0.1:8790`.
  public init(
    _ configuration: SandboxConfiguration, logger: Logger,
    onListening: @escaping @Sendable (_ baseURL: String) async -> Void
  ) throws(SandboxError) {
    self.configuration = configuration
    self.logger = logger
    self.onListening = onListening
    folder = try DataFolder(configuration.dataFolder)
    platform = try SandboxPlatform(folder: folder, now: configuration.now)
  }

  /// What a gateway is configured with to use this sandbox.
  public var merchantFile: URL { folder.file(SandboxIdentity.FileName.merchant) }

  /// - Throws: ``SandboxError`` when it cannot listen or write its folder.
  public func run() async throws {
    let (ports, bound) = AsyncStream<Int>.makeStream()
    let router = Router(context: SandboxContext.self)
    PlatformRoutes(platform: platform, signer: AnswerSigner(platform.identity)).add(to: router)
    ControlRoutes(platform: platform).add(to: router)
    let application = Application(
      router: router,
      configuration: .init(
        address: .hostname(configuration.host, port: configuration.port), serverName: "canteen-sandbox"),
      services: [Announcement(ports: ports, announce: announce)],
      onServerRunning: { channel in
        if let port = channel.localAddress?.port { bound.yield(port) }
        bound.finish()
      },
      logger: logger)
    do {
      try await application.run()
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw SandboxError.portInUse(configuration.port)
    } catch let error as IOError {
      throw SandboxError.cannotListen(
        host: configuration.host, port: configuration.port, reason: "\(error)")
    }
  }

  private func announce(port: Int) async throws {
    let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
    let baseURL = "http://\(host):\(port)"
    try platform.identity.writeMerchantFile(baseURL: baseURL, to: folder)
    await onListening(baseURL)
  }
}

/// Runs beside the server so that a failure to write `merchant.yaml` stops it.
private struct Announcement: Service {
  let ports: AsyncStream<Int>
  let announce: @Sendable (Int) async throws -> Void

  func run() async throws {
    for await port in ports.cancelOnGracefulShutdown() { try await announce(port) }
    try await gracefulShutdown()
  }
}

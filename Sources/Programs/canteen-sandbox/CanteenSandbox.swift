import ArgumentParser
import Foundation
import Logging
import Sandbox
import ServiceLifecycle
import UnixSignals

@main
struct CanteenSandbox: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canteen-sandbox",
    abstract: "Stands in for WeChat Pay's K12 face payment in demos and tests. No real money moves.",
    discussion: """
      The first start makes keys and a merchant in the data folder; merchant.yaml there configures a gateway. \
      Contracts, charges and faults are under /sandbox/ without any password, so only loopback is served.
      """)

  @Option(help: "Folder of keys, merchant.yaml and the journal; made if need be.")
  var data: String

  @Option(help: "Loopback address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "Port to listen on; 0 takes any free one.")
  var port = 8790

  func run() async throws {
    var logger = Logger(label: "canteen-sandbox") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .warning
    do {
      let configuration = try SandboxConfiguration(
        dataFolder: URL(filePath: data), host: host, port: port, now: { Date() })
      let server = try SandboxServer(configuration, logger: logger) { baseURL in
        FileHandle.standardOutput.write(Data("canteen-sandbox listening on \(baseURL)\n".utf8))
      }
      try await ServiceGroup(
        services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
      ).run()
    } catch let error as SandboxError {
      FileHandle.standardError.write(Data("canteen-sandbox: \(error)\n".utf8))
      throw ExitCode.failure
    }
  }
}

import ArgumentParser
import CanteenCore
import Foundation
import Gateway
import SystemService

@main
struct CanteenGateway: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canteen-gateway",
    abstract: "The school's back end: enrols faces, takes orders in and has the platform take the money.",
    discussion: "Staff use `canteenctl` with the admin token, which is made at the first start.",
    version: ProductVersion.current)

  @Option(help: "Settings file (YAML); see docs/operations.md.")
  var config = "/etc/canteen/gateway.yaml"

  func run() async throws {
    do {
      try await serve()
    } catch let failure as ProgramFailed {
      throw ExitCode(failure.exitCode)
    }
  }

  private func serve() async throws {
    try await Program.run(named: "canteen-gateway") { logger, manager in
      try GatewayServer(
        settingsFile: URL(filePath: config), clock: SystemMonotonicClock(), wallClock: SystemWallClock(),
        logger: logger, manager: manager
      ) { ports in
        Program.say(
          "canteen-gateway serves tills at port \(ports.tills), and boxes that become tills at \(ports.pairing)"
        )
        Program.say("canteen-gateway listening on http://127.0.0.1:\(ports.office)")
      }
    }
  }
}

import ArgumentParser
import CanteenCore
import Foundation
import Gateway
import SystemService

/// The gateway as it is installed, and a second platform beside it that takes payment codes and is invented: with it
/// every call of till and gateway can be made as it is meant, before a real platform for codes is there.
@main
struct CanteenRehearsalGateway: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canteen-rehearsal-gateway",
    abstract: "The gateway with an invented platform beside it that takes payment codes.",
    discussion: """
      For trials of the interfaces only. A code of 18 digits that begins with 13 is charged; one that ends with 8 is \
      refused, and one that ends with 9 stays unclear for five seconds. No money moves.
      """)

  @Option(help: "Settings file (YAML), as for canteen-gateway.")
  var config: String

  func run() async throws {
    do {
      try await Program.run(named: "canteen-rehearsal-gateway") { logger, manager in
        let clock = SystemMonotonicClock()
        let platform = InventedPlatform(try PlatformID("rehearsal-pay"), clock: clock)
        return try GatewayServer(
          settingsFile: URL(filePath: config), platformsBeside: [platform], clock: clock,
          wallClock: SystemWallClock(), logger: logger, manager: manager
        ) { ports in
          Program.say("canteen-rehearsal-gateway listening on http://127.0.0.1:\(ports.office)")
        }
      }
    } catch let failure as ProgramFailed {
      throw ExitCode(failure.exitCode)
    }
  }
}

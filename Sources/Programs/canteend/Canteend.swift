import ArgumentParser
import CanteenCore
import Foundation
import SystemService
import Terminal
import TillAPI

@main
struct Canteend: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canteend", abstract: "The till: recognises students, books orders and uploads them.",
    version: ProductVersion.current,
    subcommands: [Run.self, Pair.self, Doctor.self], defaultSubcommand: Run.self)

  struct Options: ParsableArguments {
    @Option(help: "Settings file (YAML); see docs/operations.md.")
    var config = "/etc/canteen/terminal.yaml"
  }

  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Sell until stopped.")

    @OptionGroup var options: Options

    func run() async throws {
      MallocTuning.begin()
      do {
        try await Program.run(named: "canteend") { logger, manager in
          try TerminalServer(
            settingsFile: URL(filePath: options.config), clock: SystemMonotonicClock(),
            wallClock: SystemWallClock(), logger: logger, manager: manager
          ) { port in
            Program.say("canteend listening on http://127.0.0.1:\(port)")
          }
        }
      } catch let failure as ProgramFailed {
        throw ExitCode(failure.exitCode)
      }
    }
  }

  struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check the box before it sells: settings, pairing, models, camera.",
      discussion: "Exits with 1 when a check fails. A till that runs is asked by `canteenctl doctor`.")

    @OptionGroup var options: Options

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
      let checks = await BoxCheckUp(
        settingsFile: URL(filePath: options.config), clock: SystemMonotonicClock()
      ).checks()
      if json {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        Program.say(String(decoding: try encoder.encode(checks), as: UTF8.self))
      } else {
        for check in checks { Program.say("\(check.ok ? "ok  " : "FAIL") \(check.name): \(check.message)") }
      }
      if !checks.allSatisfy(\.ok) { throw ExitCode.failure }
    }
  }

  struct Pair: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make this box a till of a school, once.",
      discussion: """
        The code comes from `canteenctl pairing-code` at the gateway and is good for 15 minutes. It is told only to the \
        gateway that made it.
        """)

    @OptionGroup var options: Options

    @Option(
      help:
        "Name or address of the gateway, for example 192.168.1.10; with :PORT where it is not the usual one.")
    var gateway: String

    @Option(help: "The one-time code; capitals, dashes and blanks do not matter.")
    var code: String

    func run() async throws {
      do {
        let terminal = try await Pairing.pair(
          settingsFile: URL(filePath: options.config), gateway: gateway, code: code,
          wallClock: SystemWallClock())
        Program.say("paired as \(terminal)")
      } catch {
        Program.printError("canteend: \(error)")
        throw ExitCode.failure
      }
    }
  }
}

import ArgumentParser
import Foundation
import Stage
import SystemTrials

@main
struct CanteenCrashTest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canteen-crash-test",
    abstract: "Kills till, gateway and sandbox at random moments under load and compares their books.",
    discussion: """
      Run it through `make crash-test`. Progress and findings go to standard error; the last line on standard \
      output is one line of figures as JSON. The exit code is 1 when an order was lost or doubled or money is \
      unexplained.
      """)

  @Option(help: "Folder with the built programs.")
  var programs: String

  @Option(help: "Folder with models/ and portraits/.")
  var cache: String

  @Option(help: "How many processes to kill.")
  var kills = 20

  @Option(help: "Plans kills, load and faults; the same seed plans the same. Chosen at random when left out.")
  var seed: UInt64?

  @Option(help: "Who stands before the tills.")
  var scenario = "scenarios/canteen-rush.yaml"

  @Option(help: "Folder with the pages.")
  var web = "Web"

  @Option(help: "Folder for this run's data and logs; made anew.")
  var state = ".crash-test"

  @Option(help: "Seconds the orders may take to settle after the last kill.")
  var drainLimit = 180

  @Flag(help: "Keep the folder also when everything holds.")
  var keepFolder = false

  func validate() throws {
    guard (1...10_000).contains(kills) else { throw ValidationError("--kills must be 1 to 10000.") }
    guard (1...3_600).contains(drainLimit) else {
      throw ValidationError("--drain-limit must be 1 to 3600 seconds.")
    }
    for (option, path) in [
      ("programs", "\(programs)/canteend"), ("cache", "\(cache)/models"), ("cache", "\(cache)/portraits"),
      ("scenario", scenario), ("web", "\(web)/till/till.html"),
    ] where !FileManager.default.fileExists(atPath: path) {
      throw ValidationError("--\(option): there is no \(path); run this through `make crash-test`.")
    }
  }

  func run() async throws {
    do {
      try tell(try await untilInterrupted { try await crashRun().run() })
    } catch let code as ExitCode {
      throw code
    } catch is CancellationError {
      printError("stopped before the end; nothing was compared")
      throw ExitCode(130)
    } catch {
      printError("\(error)\nlogs and ledgers are in \(state)")
      throw ExitCode.failure
    }
  }

  private func crashRun() throws -> CrashTrial {
    let cache = URL(filePath: cache)
    let tills = 2
    let plan = StagePlan(
      programs: URL(filePath: programs), models: cache.appending(path: "models"),
      portraits: cache.appending(path: "portraits"), scenario: URL(filePath: scenario),
      web: URL(filePath: web), folder: URL(filePath: state), ports: try .free(tills: tills), tills: tills,
      fixedAmount: nil, sameUserCooldown: 0)
    return CrashTrial(
      on: plan, kills: kills, seed: seed ?? UInt64.random(in: 1...999_999), drainLimit: .seconds(drainLimit),
      progress: printError)
  }

  private func tell(_ report: CrashTrialReport) throws {
    printError(report.summary)
    for finding in report.findings { printError(finding) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let line = try encoder.encode(report.figures) + Data("\n".utf8)
    FileHandle.standardOutput.write(line)
    guard report.findings.isEmpty else {
      printError("logs and ledgers are in \(state)")
      throw ExitCode.failure
    }
    if !keepFolder { try? FileManager.default.removeItem(atPath: state) }
  }
}

private func printError(_ line: String) {
  FileHandle.standardError.write(Data("canteen-crash-test: \(line)\n".utf8))
}

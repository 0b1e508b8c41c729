import ArgumentParser
import Foundation
import Stage
import SystemTrials

@main
struct CanteenVMTest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canteen-vm-test",
    abstract:
      "Installs the till on a virtual machine, troubles its camera and screens, hangs it and cuts its power.",
    discussion: """
      Run it through `make test-vm`. Progress and findings go to standard error; the last line on standard \
      output is one line of figures as JSON. The exit code is 1 when a proof failed, and 75 when nothing failed but \
      this machine is too slow to judge everything.
      """)

  private static let tooSlowToJudge = ExitCode(75)

  @Option(help: "Folder with the built programs.")
  var programs: String

  @Option(help: "Folder with models/, portraits/ and vm/.")
  var cache: String

  @Option(help: "The terminal's package (.deb).")
  var terminalPackage: String

  @Option(help: "The gateway's package (.deb), to measure its unit.")
  var gatewayPackage: String?

  @Option(help: "How often the power is cut.")
  var powerCuts = 5

  @Option(help: "Plans the cuts and the sales. Chosen at random when left out.")
  var seed: UInt64?

  @Flag(
    help: "Take the till's fsync away and only cut the power: orders must be lost, or the test sees nothing.")
  var negativeControl = false

  @Option(help: "Who stands before the camera.")
  var scenario = "scenarios/standing-pupil.yaml"

  @Option(help: "Folder for this run's machine, data and logs; made anew.")
  var state = ".vm-test"

  @Flag(help: "Keep the folder also when everything holds.")
  var keepFolder = false

  func validate() throws {
    guard (0...1_000).contains(powerCuts) else { throw ValidationError("--power-cuts must be 0 to 1000.") }
    var files = [
      ("programs", "\(programs)/canteen-gateway"), ("cache", "\(cache)/models"),
      ("cache", "\(cache)/portraits"), ("cache", "\(cache)/vm/disk.img"), ("scenario", scenario),
      ("terminal-package", terminalPackage),
    ]
    if let gatewayPackage { files.append(("gateway-package", gatewayPackage)) }
    for (option, path) in files where !FileManager.default.fileExists(atPath: path) {
      throw ValidationError("--\(option): there is no \(path); run this through `make test-vm`.")
    }
  }

  func run() async throws {
    do {
      try tell(try await untilInterrupted { try await trial().run() })
    } catch let code as ExitCode {
      throw code
    } catch is CancellationError {
      printError("stopped before the end; nothing was compared")
      throw ExitCode(130)
    } catch {
      printError("\(error)\nlogs and the machine's disk are in \(state)")
      throw ExitCode.failure
    }
  }

  private func trial() throws -> BoxTrial {
    let cache = URL(filePath: cache)
    let stage = StagePlan(
      programs: URL(filePath: programs), models: cache.appending(path: "models"),
      portraits: cache.appending(path: "portraits"), scenario: URL(filePath: scenario),
      web: URL(filePath: "Web"), folder: URL(filePath: state), ports: try .free(tills: 1), tills: 0,
      fixedAmount: nil, sameUserCooldown: 0)
    let seed = seed ?? UInt64.random(in: 1...999_999)
    printError("\(powerCuts) power cuts with seed \(seed)\(negativeControl ? ", without fsync" : "")")
    return try BoxTrial(
      TrialPlan(
        stage: stage, image: cache.appending(path: "vm"), terminalPackage: URL(filePath: terminalPackage),
        gatewayPackage: gatewayPackage.map { URL(filePath: $0) }, powerCuts: powerCuts, seed: seed,
        writesAreForced: !negativeControl), progress: printError)
  }

  private func tell(_ report: BoxTrialReport) throws {
    printError(report.summary)
    for finding in report.findings.faults { printError(finding) }
    for finding in report.findings.unjudged { printError("not judged: \(finding)") }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    FileHandle.standardOutput.write(try encoder.encode(report.figures) + Data("\n".utf8))
    let isAsItMustBe = negativeControl ? report.figures.lost > 0 : report.findings.verdict == .holds
    guard isAsItMustBe else {
      if !negativeControl, report.findings.verdict == .tooSlowToJudge {
        printError("this machine is too slow to judge all of it; what could be judged holds")
        throw Self.tooSlowToJudge
      }
      if negativeControl {
        printError("nothing was lost without fsync: this test would not see a till that loses")
      }
      printError("logs and the machine's disk are in \(state)")
      throw ExitCode.failure
    }
    if !keepFolder { try? FileManager.default.removeItem(atPath: state) }
  }
}

private func printError(_ line: String) {
  FileHandle.standardError.write(Data("canteen-vm-test: \(line)\n".utf8))
}

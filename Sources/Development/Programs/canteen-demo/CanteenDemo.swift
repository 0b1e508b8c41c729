import ArgumentParser
import Foundation
import CanteenCore
import Stage
import TillAPI
import UnixSignals

@main
struct CanteenDemo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canteen-demo",
    abstract: "A whole canteen on this machine: students walk up to a replayed camera and pay.",
    discussion: "Run it through `make demo`. The last line is one line of figures as JSON.")

  @Option(help: "Folder with the built programs.")
  var programs: String

  @Option(help: "Folder with models/ and portraits/.")
  var cache: String

  @Option(help: "Who walks up to the till.")
  var scenario = "scenarios/canteen-line.yaml"

  @Option(help: "Folder with the pages.")
  var web = "Web"

  @Option(help: "Folder for this run's data and logs; made anew.")
  var state = ".demo"

  @Option(help: "Seconds to play; without it until Ctrl-C.")
  var duration: Double?

  @Flag(help: "Take free ports instead of 8788, 8780 and 8790.")
  var anyPorts = false

  @Flag(help: "Have an invented platform beside WeChat Pay that takes payment codes.")
  var rehearsal = false

  func validate() throws {
    if let duration, !(duration.isFinite && duration >= 1 && duration <= 86_400) {
      throw ValidationError("--duration must be 1 to 86400 seconds.")
    }
  }

  func run() async throws {
    let stage = DemoStage(plan: plan) { step in say("canteen-demo: \(step)") }
    do {
      try await stage.setUp()
      try await tellAddresses(of: stage)
      await play(on: stage)
      say("canteen-demo: waiting until every order is settled")
      try await stage.drain(atMost: .seconds(60))
      let closed = try await stage.cpuPercent(over: .seconds(3))
      let figures = try await stage.figures(cpuPercentWithCameraClosed: closed)
      await stage.stop()
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      say(String(decoding: try encoder.encode(figures), as: UTF8.self))
      guard figures.lost == 0, figures.duplicated == 0 else { throw ExitCode.failure }
    } catch let code as ExitCode {
      throw code
    } catch {
      await stage.stop()
      FileHandle.standardError.write(Data("canteen-demo: \(error)\n".utf8))
      throw ExitCode.failure
    }
  }

  private var plan: StagePlan {
    let cache = URL(filePath: cache)
    var plan = StagePlan(
      programs: URL(filePath: programs), models: cache.appending(path: "models"),
      portraits: cache.appending(path: "portraits"), scenario: URL(filePath: scenario),
      web: URL(filePath: web),
      folder: URL(filePath: state),
      ports: anyPorts ? .any : StagePlan.Ports())
    if rehearsal { plan.gateway = "canteen-rehearsal-gateway" }
    return plan
  }

  private func tellAddresses(of stage: DemoStage) async throws {
    let address = try await stage.address(of: .terminal)
    say(
      """

        staff page    \(address)/till
        student page  \(address)/student
        cut the line  kill $(cat \(state)/gateway.pid)      and back:  \(state)/start-gateway &

      """)
  }

  /// Prints where things stand until the time is over or somebody presses Ctrl-C.
  private func play(on stage: DemoStage) async {
    await withTaskGroup { group in
      group.addTask {
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return }
      }
      if let duration {
        group.addTask { try? await Task.sleep(for: .seconds(duration)) }
      }
      group.addTask {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        while !Task.isCancelled {
          if let status = try? await stage.tillStatus() { show(status, over: isTerminal) }
          try? await Task.sleep(for: .seconds(isTerminal ? 1 : 5))
        }
      }
      await group.next()
      group.cancelAll()
    }
    say("")
  }

  private func show(_ status: TillStatus, over isTerminal: Bool) {
    let orders = status.orders
    let line = String(
      format:
        "%d faces, %d identified, %d refused | %d accepted, %d unsent, %d paid (¥%.2f) | gateway %@ | p95 %@ ms | %.0f MB",
      status.counts.facesSeen, status.counts.identified, status.counts.strangersRefused, orders.accepted,
      orders.unsent, orders.paid, Double(orders.paidAmount.count) / 100, status.network.rawValue,
      status.faceToAccept.p95.map { String(format: "%.0f", $0) } ?? "–", status.process.peakMemoryMegabytes)
    FileHandle.standardOutput.write(Data((isTerminal ? "\r\u{1B}[K\(line)" : "\(line)\n").utf8))
  }
}

/// Writes one line at once, even into a pipe.
private func say(_ line: String) {
  FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}

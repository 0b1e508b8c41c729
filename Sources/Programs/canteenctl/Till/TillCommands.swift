import ArgumentParser
import CanteenCore
import FaceRecognition
import Foundation
import TillAPI

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Where the till stands: network, camera, orders, speed.")

  @OptionGroup var till: TillOptions

  func run() async throws {
    try await orComplain {
      let answer = try await till.call.ask(TillOperations.status)
      if till.json { return printJSON(answer.json) }
      let status = try answer.value()
      let clock = SchoolClockFace(utcOffset: status.utcOffset)
      printTable([
        ("till", "\(status.terminal) of \(status.organization)"),
        ("gateway", "\(status.gateway) \(status.network.rawValue)"),
        ("camera", status.cameraError ?? status.camera.rawValue),
        (
          "faces",
          status.blockers.isEmpty
            ? "accepted" : "blocked: " + status.blockers.map(\.rawValue).joined(separator: ", ")
        ),
        ("lease", status.leaseExpiresAt.map { "until \(clock.text($0))" } ?? "none"),
        ("library", "\(status.people) people, version \(status.libraryVersion)"),
        (
          "screens",
          status.screens.isEmpty ? "no page is shown" : status.screens.map(\.rawValue).joined(separator: ", ")
        ),
        (
          "orders",
          "\(status.orders.accepted) accepted, \(status.orders.unsent) unsent, \(status.orders.waiting) waiting, "
            + "\(status.orders.paid) paid (¥\(status.orders.paidAmount.yuan))"
        ),
        (
          "face to accept",
          status.faceToAccept.p95.map { "p50 \(status.faceToAccept.p50 ?? 0) ms, p95 \($0) ms" }
            ?? "no order yet"
        ),
        (
          "process",
          String(
            format: "%.1f s of CPU, %.0f MB at most", status.process.cpuSeconds,
            status.process.peakMemoryMegabytes)
        ),
      ])
    }
  }
}

struct OrdersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "orders", abstract: "The till's newest orders and what became of them.")

  @OptionGroup var till: TillOptions

  @Option(help: "How many.")
  var limit = 20

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be 1 to 10000.") }
  }

  func run() async throws {
    try await orComplain {
      let answer = try await till.call.ask(TillOperations.orders, query: "limit=\(limit)")
      if till.json { return printJSON(answer.json) }
      let orders = try answer.value()
      if orders.isEmpty { return print("no orders yet") }
      let clock = try await till.clockFace()
      for order in orders {
        let columns = [
          clock.text(order.acceptedAt), order.outTradeNumber, "¥\(order.amount.yuan)", order.state.rawValue,
          order.displayName ?? "-", order.reason ?? order.transactionID ?? "",
        ]
        print(columns.joined(separator: "  "))
      }
    }
  }
}

struct LibraryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "library", abstract: "The till's face library: how many people, how fresh.")

  @OptionGroup var till: TillOptions

  @Flag(help: "Sync from the gateway now.")
  var sync = false

  func run() async throws {
    try await orComplain {
      let answer = try await till.call.ask(sync ? TillOperations.syncLibrary : TillOperations.library)
      if till.json { return printJSON(answer.json) }
      let library = try answer.value()
      let clock = try await till.clockFace()
      printTable([
        ("people", "\(library.people) with \(library.templates) templates"),
        (
          "threshold",
          String(format: "%.3f, margin %.3f", library.threshold, library.margin)
            + (library.fittedOnPeople > 0
              ? ", fitted on \(library.fittedOnPeople) people of this library"
              : ", assumed: the library is too small to be measured")
        ),
        ("version", "\(library.version)"),
        ("last sync", library.lastSync.map(clock.text) ?? "never"),
        ("last error", library.lastError ?? "none"),
      ])
    }
  }
}

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check the till and say what to do about what is wrong.",
    discussion: "Exits with 1 when a check fails.")

  @OptionGroup var till: TillOptions

  @Option(help: "Folder with the models; looked into when no till answers.")
  var models = "/usr/share/canteen/models"

  func run() async throws {
    try await orComplain {
      let answer: TillReply<[Check]>
      do {
        answer = try await till.call.ask(TillOperations.doctor)
      } catch let complaint as CommandError {
        throw withModels(complaint)
      }
      let checks = try answer.value()
      if till.json {
        printJSON(answer.json)
      } else {
        printTable(checks.map { ("\($0.ok ? "ok  " : "FAIL") \($0.name)", $0.message) })
      }
      if !checks.allSatisfy(\.ok) { throw ExitCode.failure }
    }
  }

  /// A till without models does not start, and so cannot report that itself.
  private func withModels(_ complaint: CommandError) -> CommandError {
    guard FileManager.default.fileExists(atPath: models) else { return complaint }
    do {
      _ = try RecognitionModels(folder: URL(filePath: models))
      return complaint
    } catch {
      return CommandError("\(complaint) \(error)")
    }
  }
}

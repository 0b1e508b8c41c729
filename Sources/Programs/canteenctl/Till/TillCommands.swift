import ArgumentParser
import CanteenCore
import FaceRecognition
import Foundation

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Where the till stands: network, camera, orders, speed.")

  @OptionGroup var till: TillOptions

  private struct Status: Decodable {
    struct Orders: Decodable {
      let accepted, uploaded, paid, unsent, waiting: Int
      let paid_fen: Fen
    }
    struct Times: Decodable {
      let p50, p95: Double?
    }
    struct Process: Decodable {
      let cpu_seconds, peak_rss_mb: Double
    }
    let terminal_id, organization_id, gateway, network, camera: String
    let camera_error: String?
    let blockers: [String]
    let lease_expires_at: Timestamp?
    let people: Int
    let library_version: Int64
    let screens: [String]
    let orders: Orders
    let face_to_accept_ms: Times
    let process: Process
  }

  func run() async throws {
    try await orComplain {
      let answer = try await till.call.get("api/status")
      if till.json { return printJSON(answer) }
      let status = try JSONDecoder().decode(Status.self, from: answer)
      printTable([
        ("till", "\(status.terminal_id) of \(status.organization_id)"),
        ("gateway", "\(status.gateway) \(status.network)"),
        ("camera", status.camera_error ?? status.camera),
        (
          "faces",
          status.blockers.isEmpty ? "accepted" : "blocked: " + status.blockers.joined(separator: ", ")
        ),
        ("lease", status.lease_expires_at.map { "until \(local($0))" } ?? "none"),
        ("library", "\(status.people) people, version \(status.library_version)"),
        ("screens", status.screens.isEmpty ? "no page is shown" : status.screens.joined(separator: ", ")),
        (
          "orders",
          "\(status.orders.accepted) accepted, \(status.orders.unsent) unsent, \(status.orders.waiting) waiting, "
            + "\(status.orders.paid) paid (¥\(status.orders.paid_fen.yuan))"
        ),
        (
          "face to accept",
          status.face_to_accept_ms.p95.map { "p50 \(status.face_to_accept_ms.p50 ?? 0) ms, p95 \($0) ms" }
            ?? "no order yet"
        ),
        (
          "process",
          String(
            format: "%.1f s of CPU, %.0f MB at most", status.process.cpu_seconds, status.process.peak_rss_mb)
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

  private struct Order: Decodable {
    let out_trade_no, state: String
    let amount_fen: Fen
    let display_name, transaction_id, reason: String?
    let accepted_at: Timestamp
  }

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be 1 to 10000.") }
  }

  func run() async throws {
    try await orComplain {
      let answer = try await till.call.get("api/orders?limit=\(limit)")
      if till.json { return printJSON(answer) }
      let orders = try JSONDecoder().decode([Order].self, from: answer)
      if orders.isEmpty { print("no orders yet") }
      for order in orders {
        let columns = [
          local(order.accepted_at), order.out_trade_no, "¥\(order.amount_fen.yuan)", order.state,
          order.display_name ?? "-", order.reason ?? order.transaction_id ?? "",
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

  private struct Library: Decodable {
    let people: Int
    let templates: Int
    let threshold: Float
    let margin: Float
    let fitted_on_people: Int
    let version: Int64
    let last_sync: Timestamp?
    let last_error: String?
  }

  func run() async throws {
    try await orComplain {
      let answer = try await sync ? till.call.post("api/library/sync") : till.call.get("api/library")
      if till.json { return printJSON(answer) }
      let library = try JSONDecoder().decode(Library.self, from: answer)
      printTable([
        ("people", "\(library.people) with \(library.templates) templates"),
        (
          "threshold",
          String(format: "%.3f, margin %.3f", library.threshold, library.margin)
            + (library.fitted_on_people > 0
              ? ", fitted on \(library.fitted_on_people) people of this library"
              : ", assumed: the library is too small to be measured")
        ),
        ("version", "\(library.version)"),
        ("last sync", library.last_sync.map(local) ?? "never"), ("last error", library.last_error ?? "none"),
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

  private struct Check: Decodable {
    let name: String
    let ok: Bool
    let message: String
  }

  func run() async throws {
    try await orComplain {
      let answer: Data
      do {
        answer = try await till.call.get("api/doctor")
      } catch let complaint as CommandError {
        throw withModels(complaint)
      }
      let checks = try JSONDecoder().decode([Check].self, from: answer)
      if till.json {
        printJSON(answer)
      } else {
        printTable(checks.map { ("\($0.ok ? "ok  " : "FAIL") \($0.name)", $0.message) })
      }
      if !checks.allSatisfy(\.ok) { throw ExitCode.failure }
    }
  }

  /// A till without models does not start, and so cannot say it itself.
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

import ArgumentParser
import Foundation
import LedgerBench
import Simulation

@main
struct CanteenBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canteen-bench",
    abstract: "Measure the ledger beside bare SQLite, and a simulated lunch of 1,200 students.",
    discussion: "Both sides of a ratio take turns in one run. The last line is JSON.")

  @Option(help: "Orders in each measurement.")
  var orders = 500

  @Option(help: "Orders in the large ledger.")
  var large = 100_000

  @Option(help: "Folder on the disk to measure; a new folder in it is used and removed.")
  var folder = "."

  private struct Figures: Encodable {
    let ledger: LedgerBench.Figures
    let lunch_students = 1_200
    let lunch_orders: Int
    let lunch_seconds: Double
  }

  func validate() throws {
    guard (50...1_000_000).contains(orders), (1_000...10_000_000).contains(large) else {
      throw ValidationError("--orders must be 50 to 1000000, --large 1000 to 10000000.")
    }
  }

  func run() async throws {
    let place = URL(filePath: folder).appending(
      path: "canteen-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place) }
    let ledger = try await LedgerBench(folder: place, orders: orders, largeLedger: large) { line in
      FileHandle.standardError.write(Data("canteen-bench: \(line)\n".utf8))
    }.run()
    FileHandle.standardError.write(Data("canteen-bench: a lunch of 1200 students\n".utf8))
    let start = ContinuousClock.now
    let lunch = try await Stage.play(LunchPlan(seed: 1, students: 1_200, tills: 4))
    let seconds = (start.duration(to: .now) / .seconds(1) * 10).rounded() / 10
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let figures = Figures(ledger: ledger, lunch_orders: lunch.orders, lunch_seconds: seconds)
    print(String(decoding: try encoder.encode(figures), as: UTF8.self))
  }
}

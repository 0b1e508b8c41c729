import ArgumentParser
import Benchmarks
import Foundation
import Imaging
import Stage

@main
struct CanteenBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canteen-bench",
    abstract:
      "Measure the ledger, a simulated lunch of 1,200 students, the search for a face, a till's memory, and cameras.",
    discussion: "Both sides of a ratio take turns in one run. The last line is JSON, one object per section.")

  @Option(help: "A section to measure; may be repeated. All when left out.")
  var only: [BenchSection] = []

  @Option(help: "Orders in each measurement.")
  var orders = 500

  @Option(help: "Orders in the large ledger.")
  var large = 100_000

  @Option(help: "Most templates to search among; a million need about 2 GB of memory.")
  var templates = 1_000_000

  @Option(help: "Folder with models, portraits and Python environments, as make fills it.")
  var cache = ".cache"

  @Option(help: "Folder with the built programs, for the till whose memory is measured.")
  var programs = ".build/release"

  @Option(help: "Folder on the disk to measure; a new folder in it is used and removed.")
  var folder = "."

  func validate() throws {
    guard (50...1_000_000).contains(orders), (1_000...10_000_000).contains(large) else {
      throw ValidationError("--orders must be 50 to 1000000, --large 1000 to 10000000.")
    }
    guard (1_000...1_000_000).contains(templates) else {
      throw ValidationError("--templates must be 1000 to 1000000.")
    }
  }

  func run() async throws {
    // The peers are given one thread, too.
    try PictureThreads.use(1)
    let place = URL(filePath: folder).appending(
      path: "canteen-bench-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place) }
    var report = BenchReport()
    for section in BenchSection.allCases where only.isEmpty || only.contains(section) {
      switch section {
      case .ledger:
        report.ledger = try await LedgerBenchmark(
          folder: place, orders: orders, largeLedger: large, progress: Self.say
        ).run()
      case .gateway:
        report.gateway = try await GatewayBenchmark(folder: place, progress: Self.say).run()
      case .lunch:
        Self.say("a lunch of 1200 students")
        report.lunch = try await LunchFigures.measure()
      case .search:
        report.search = try await SearchBenchmark(
          folder: place, largest: templates, python: python("search-venv"),
          peerProgram: "tools/search-peer.py", progress: Self.say
        ).run()
      case .memory:
        report.memory = try await MemoryBenchmark(plan: stagePlan(in: place), progress: Self.say).run()
      case .vision:
        report.vision = try VisionBenchmark(folder: place, places: visionPlaces, progress: Self.say).run()
      case .capture:
        report.capture = try CaptureBenchmark(
          folder: place, scenario: visionPlaces.scenario, portraits: visionPlaces.portraits,
          python: python("opencv-venv"), peerProgram: "tools/capture-peer.py", progress: Self.say
        ).run()
      }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    print(String(decoding: try encoder.encode(report), as: UTF8.self))
  }

  private func stagePlan(in place: URL) -> StagePlan {
    StagePlan(
      programs: URL(filePath: programs), models: visionPlaces.models, portraits: visionPlaces.portraits,
      scenario: visionPlaces.scenario, web: URL(filePath: "Web"), folder: place.appending(path: "stage"),
      ports: .init(sandbox: 0, gateway: 0, terminal: 0))
  }

  private var visionPlaces: VisionBenchmark.Places {
    let cache = URL(filePath: cache)
    return VisionBenchmark.Places(
      models: cache.appending(path: "models"), portraits: cache.appending(path: "portraits"),
      scenario: URL(filePath: "scenarios/canteen-line.yaml"), peerProgram: "tools/vision-peer.py",
      openCV4Python: python("opencv-venv"), openCV5Python: python("opencv5-venv"),
      dlibPython: python("dlib-venv"))
  }

  /// Made by tools/*-venv.sh.
  private func python(_ environment: String) -> String {
    URL(filePath: cache).appending(path: "\(environment)/bin/python").path
  }

  private static func say(_ line: String) {
    FileHandle.standardError.write(Data("canteen-bench: \(line)\n".utf8))
  }
}

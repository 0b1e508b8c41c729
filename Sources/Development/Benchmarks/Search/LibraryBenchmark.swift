import CanteenCore
import Crypto
import FeatureLibrary
import Foundation
import GatewayProtocol
import SystemService

/// What a till's library of 20,000 people costs, and whether a match waits for a batch.
struct LibraryBenchmark {
  private static let people = 20_000
  private static let batch = 1_000

  let folder: URL
  private let key = SymmetricKey(size: .bits256)
  private let origin = EmbeddingOrigin(modelSHA256: "made-up", engine: "none", aligner: 1)

  init(folder: URL) { self.folder = folder }

  func run() async throws -> LibraryFigures {
    var figures = LibraryFigures()
    var school = SchoolOfFaces()
    try fill(&school)
    // The memory that filling the library left behind must not count.
    _ = MallocTuning.startUpIsOver()
    let before = ProcessFigures.now().memoryMegabytes
    var start = Stopwatch()
    let library = try start.time { try open() }
    figures.startSeconds = start.seconds().rounded(to: 2)
    figures.startPeakMegabytes = (ProcessFigures.now().peakMemoryMegabytes - before).rounded(to: 1)
    _ = MallocTuning.startUpIsOver()
    figures.megabytes = (ProcessFigures.now().memoryMegabytes - before).rounded(to: 1)
    figures.people = library.peopleCount
    figures.templates = library.templateCount
    let faces = try (0..<64).map { _ in try school.stranger() }
    var quiet = Stopwatch()
    for turn in 0..<2_000 { _ = quiet.time { library.match(faces[turn % faces.count]) } }
    figures.matchMicroseconds = quiet.microseconds
    try await measureBatches(on: library, faces, &school, &figures)
    return figures
  }

  private func measureBatches(
    on library: FeatureLibrary, _ faces: [Embedding], _ school: inout SchoolOfFaces,
    _ figures: inout LibraryFigures
  ) async throws {
    var first = library.version
    let batches = try (0..<5).map { number in
      defer { first += 1 }
      return try batch(of: Int(number) * 4_000..<Int(number) * 4_000 + Self.batch, after: first, &school)
    }
    _ = MallocTuning.startUpIsOver()
    let before = ProcessFigures.now().memoryMegabytes
    let last = first
    async let taking = Task.detached {
      var watch = Stopwatch()
      for batch in batches { try watch.time { try library.apply(batch) } }
      return watch
    }.value
    var busy = Stopwatch()
    while library.version < last {
      let face = faces[busy.times.count % faces.count]
      _ = busy.time { library.match(face) }
    }
    figures.batchMilliseconds = (try await taking.seconds() * 1e3).rounded(to: 1)
    figures.batchPeakMegabytes = (ProcessFigures.now().peakMemoryMegabytes - before).rounded(to: 1)
    figures.matchDuringBatchMicroseconds = busy.microseconds
    figures.slowMatchDuringBatchMicroseconds = (busy.seconds(at: 0.99) * 1e6).rounded(to: 1)
  }

  private func fill(_ school: inout SchoolOfFaces) throws {
    let library = try open()
    for start in stride(from: 0, to: Self.people, by: Self.batch) {
      try library.apply(
        try batch(of: start..<start + Self.batch, after: Int64(start / Self.batch), &school))
    }
  }

  private func batch(
    of people: Range<Int>, after version: Int64, _ school: inout SchoolOfFaces
  ) throws -> LibraryBatch {
    try school.batch(of: people, at: OrganizationID("O1000"), madeBy: origin, after: version)
  }

  private func open() throws -> FeatureLibrary {
    try FeatureLibrary(
      path: folder.appending(path: "library.sqlite").path, organization: try OrganizationID("O1000"),
      origin: origin, key: key)
  }
}

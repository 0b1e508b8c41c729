import CanteenCore
import FaceIndex
public import Foundation
import GatewayProtocol

/// How fast the search for a face is, compared with FAISS and numpy and with the memory's bandwidth.
///
/// All sides have the same templates and one thread, and take turns in one run; each turn begins with a search that
/// is not counted, because the others emptied the caches. We look for two people, they for two rows.
public struct SearchBenchmark: Sendable {
  private static let sizes = [1_000, 10_000, 20_000, 100_000, beyondCaches]
  /// 512 MB, more than any cache holds.
  private static let beyondCaches = 1_000_000
  private static let probes = 16
  private static let searchesATurn = 3

  private let folder: URL
  private let largest: Int
  private let python: String
  private let peerProgram: String
  private let progress: @Sendable (String) -> Void

  /// - Parameters:
  ///   - folder: for files that are removed afterwards by the caller.
  ///   - largest: most templates searched; a million need about 2 GB.
  ///   - python: an interpreter with FAISS and numpy.
  ///   - peerProgram: `tools/search-peer.py`.
  public init(
    folder: URL, largest: Int, python: String, peerProgram: String,
    progress: @escaping @Sendable (String) -> Void
  ) {
    self.folder = folder
    self.largest = largest
    self.python = python
    self.peerProgram = peerProgram
    self.progress = progress
  }

  public func run() async throws -> SearchFigures {
    var figures = SearchFigures()
    figures.instructions = "\(ComparingPath.supported[0])"
    progress("a till's library of 20000 people")
    figures.library = try await LibraryBenchmark(folder: folder).run()
    let peer = peerIfThere()
    defer { peer?.end() }
    let probes = try makeProbes(peer)
    let crowd = try Crowd(file: folder.appending(path: "rows.f32"))
    let sizes = Self.sizes.filter { $0 <= largest }
    for size in sizes {
      try crowd.grow(to: size)
      progress("searches among \(size) templates")
      try peer?.useRows(size, at: crowd.path)
      try measure(crowd, size, probes, peer, &figures)
    }
    progress("everybody against everybody of 20000 people")
    figures.pairs20kSeconds = try pairsSeconds()
    return figures
  }

  private func peerIfThere() -> SearchPeer? {
    do {
      return try SearchPeer(python: python, program: peerProgram)
    } catch {
      progress("no comparison with FAISS and numpy: \(error)")
      return nil
    }
  }

  /// Every other one is a stranger; the others look like people among the first thousand templates.
  private func makeProbes(_ peer: SearchPeer?) throws -> [Embedding] {
    var school = SchoolOfFaces()
    let people = try (0..<Self.probes).map { _ in try school.person() }
    let faces = try people.enumerated().map { number, templates in
      number.isMultiple(of: 2) ? try school.look(at: templates[0]) : try school.stranger()
    }
    let file = folder.appending(path: "probes.f32")
    try faces.reduce(into: Data()) { $0 += $1.littleEndianBytes }.write(to: file)
    try peer?.useProbes(at: file.path)
    return faces
  }

  private func measure(
    _ crowd: Crowd, _ size: Int, _ probes: [Embedding], _ peer: SearchPeer?,
    _ figures: inout SearchFigures
  ) throws {
    var (search, floatPass, faiss, numpy) = (Stopwatch(), Stopwatch(), Stopwatch(), Stopwatch())
    let memory = size == Self.beyondCaches ? MemoryRead(bytes: size * Embedding.dimension * 4) : nil
    for turn in 0..<max(40, min(400, 20_000_000 / size)) {
      let probe = turn % probes.count
      let found = searches(crowd.index, probes[probe], by: .codes, &search)
      _ = searches(crowd.index, probes[probe], by: .floats, &floatPass)
      memory?.readOnce()
      guard let peer else { continue }
      let theirs = try peer.turn(probe: probe)
      faiss.add(nanoseconds: theirs.faissNanoseconds)
      numpy.add(nanoseconds: theirs.numpyNanoseconds)
      let same = found.best?.owner == crowd.owner(ofRow: theirs.bestRow)
      figures.agreesWithFAISS = (figures.agreesWithFAISS ?? true) && same
    }
    if size == 20_000 {
      figures.search20kMicroseconds.number = search.microseconds
      return
    }
    func ratio(to peer: Stopwatch) -> NumberOrNull {
      NumberOrNull(number: peer.times.isEmpty ? nil : (search.seconds() / peer.seconds()).rounded(to: 3))
    }
    func time(_ peer: Stopwatch) -> NumberOrNull {
      NumberOrNull(number: peer.times.isEmpty ? nil : peer.microseconds)
    }
    figures.sizes.append(
      SearchFigures.Size(
        templates: size, searchMicroseconds: search.microseconds,
        floatPassMicroseconds: floatPass.microseconds, faissMicroseconds: time(faiss),
        numpyMicroseconds: time(numpy), faissRatio: ratio(to: faiss), numpyRatio: ratio(to: numpy)))
    if let memory {
      let read = Double(size * Embedding.dimension * 4) / floatPass.seconds()
      figures.bandwidthGigabytesPerSecond.number = (memory.bytesPerSecond / 1e9).rounded(to: 1)
      figures.floatPassShareOfBandwidth.number = (read / memory.bytesPerSecond).rounded(to: 2)
    }
  }

  private func searches(
    _ index: FaceIndex<Int>, _ probe: Embedding, by pass: SearchPass, _ watch: inout Stopwatch
  ) -> TopTwo<Int> {
    let found = index.topTwo(of: probe, by: pass)
    for _ in 0..<Self.searchesATurn { _ = watch.time { index.topTwo(of: probe, by: pass) } }
    return found
  }

  private func pairsSeconds() throws -> Double {
    var school = SchoolOfFaces()
    let index = FaceIndex<Int>()
    for person in 0..<20_000 { try index.replace(person, with: try school.person()) }
    var watch = Stopwatch()
    _ = try watch.time { try index.pairs(above: 0.5) }
    return watch.seconds().rounded(to: 2)
  }
}

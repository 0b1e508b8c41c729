import CanteenCore
import CFaceIndex
import Synchronization
import Testing

@testable import FaceIndex

struct ChangeTests {
  private var faces = SeededFaces(seed: 11)
  private let index = FaceIndex<String>()

  /// Rows of the first segment in which anything of a face is left.
  private func rowsWithTraces() -> [Int] {
    guard let segment = index.reading({ $0.segments.first?.templates }) else { return [] }
    return (0..<TemplateSegment.rows).filter { row in
      let floats = unsafe UnsafeBufferPointer(
        start: canteen_face_segment_row(segment.pointer, UInt32(row)), count: Embedding.dimension)
      return unsafe canteen_face_segment_traces(segment.pointer, UInt32(row)) > 0
        || floats.contains { $0 != 0 }
    }
  }

  @Test mutating func `I6: nothing of a removed person is left, neither floats nor codes`() throws {
    try index.replace("甲", with: [try faces.face(), try faces.face()])
    try index.replace("乙", with: [try faces.face()])
    #expect(rowsWithTraces() == [0, 1, 2])
    index.remove("甲")
    #expect(rowsWithTraces() == [2])
    #expect(index.peopleCount == 1)
    #expect(index.templateCount == 1)
  }

  @Test mutating func `I6: replaced templates are overwritten as well`() throws {
    let old = try faces.face()
    try index.replace("甲", with: [old])
    try index.replace("甲", with: [try faces.face()])
    #expect(rowsWithTraces() == [1])
    #expect(try #require(index.topTwo(of: old).best).cosine < 0.9)
  }

  @Test mutating func `I6: a person removed during a search is overwritten when it ends, not before`() throws
  {
    let face = try faces.face()
    try index.replace("甲", with: [face])
    index.reading { snapshot in
      index.remove("甲")
      #expect(index.topTwo(of: face).best == nil)
      #expect(snapshot.topTwo(of: Probe(face), by: .codes, on: .fastest).best?.owner == "甲")
      #expect(rowsWithTraces() == [0])
    }
    #expect(rowsWithTraces() == [])
  }

  @Test mutating func `A row that a search may still read is not given to somebody else`() throws {
    let face = try faces.face()
    try index.replace("甲", with: [face])
    try index.reading { snapshot in
      index.remove("甲")
      try index.replace("乙", with: [try faces.face()])
      let best = try #require(snapshot.topTwo(of: Probe(face), by: .floats, on: .fastest).best)
      #expect(best.owner == "甲")
      #expect(best.cosine > 0.999)
    }
  }

  @Test mutating func `Years of changes take no more memory than the people there are`() throws {
    let some = try (0..<10).map { _ in try faces.face() }
    for round in 0..<200 {
      try index.apply((0..<100).map { .replace("s\($0)", with: [some[(round + $0) % 10]]) })
    }
    #expect(index.peopleCount == 100)
    #expect(index.reading { $0.segments.count } == 1)
    #expect(rowsWithTraces().count == 100)
    #expect(rowsWithTraces().max() ?? .max < 300)
  }

  @Test mutating func `A person named twice in a batch ends as the last change says`() throws {
    let (early, late) = (try faces.face(), try faces.face())
    try index.apply([
      .replace("甲", with: [early]), .replace("甲", with: [late]), .remove("乙"), .replace("乙", with: [early]),
      .replace("丙", with: [late]), .remove("丙"),
    ])
    #expect(index.peopleCount == 2)
    #expect(index.templateCount == 2)
    #expect(index.topTwo(of: late).best?.owner == "甲")
    #expect(index.topTwo(of: early).best?.owner == "乙")
  }

  @Test(.timeLimit(.minutes(5))) mutating func `A search does not wait for a change that is being made`()
    throws
  {
    let face = try faces.face()
    try index.replace("甲", with: [face])
    let found = index.books.withLock { _ in index.topTwo(of: face) }
    #expect(found.best?.owner == "甲")
  }

  @Test(.timeLimit(.minutes(5)))
  mutating func `Searches among many changes see each batch whole or not at all`() async throws {
    let some = try (0..<8).map { _ in try faces.face() }
    let others = try (0..<300).map { FaceChange.replace("s\($0)", with: [try faces.face()]) }
    let index = index
    // Two who always have the same face, one changed first and one last.
    @Sendable func batch(_ round: Int) -> [FaceChange<String>] {
      let face = some[round % some.count]
      return [.replace("甲", with: [face])] + others + [.replace("乙", with: [face])]
    }
    try index.apply(batch(0))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { for round in 1...60 { try index.apply(batch(round)) } }
      for searcher in 0..<3 {
        group.addTask {
          for search in 0..<400 {
            let found = index.topTwo(of: some[(search + searcher) % some.count])
            let (best, second) = (try #require(found.best), try #require(found.runnerUp))
            #expect((best.cosine > 0.9) == (second.cosine > 0.9))
            await Task.yield()
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(index.templateCount == 302)
  }

  @Test mutating func `In the middle of a batch a search sees none of it`() throws {
    let (old, new) = (try faces.face(), try faces.face())
    let index = FaceIndex<Onlooker>()
    let seen = Mutex<[Float]>([])
    try index.apply([.replace(Onlooker("甲"), with: [old]), .replace(Onlooker("乙"), with: [old])])
    let onlooker = Onlooker("丙") {
      let cosine = index.topTwo(of: new).best?.cosine ?? 1
      seen.withLock { $0.append(cosine) }
    }
    try index.apply([
      .replace(Onlooker("甲"), with: [new]), .replace(onlooker, with: [new]),
      .replace(Onlooker("乙"), with: [new]),
    ])
    let cosines = seen.withLock(\.self)
    #expect(!cosines.isEmpty)
    #expect(cosines.allSatisfy { $0 < 0.9 })
    #expect(try #require(index.topTwo(of: new).runnerUp).cosine > 0.9)
  }
}

/// Somebody who looks around whenever the books look them up.
private struct Onlooker: Hashable, Sendable {
  private let name: String
  private let look: @Sendable () -> Void

  init(_ name: String, look: @escaping @Sendable () -> Void = {}) {
    self.name = name
    self.look = look
  }

  static func == (one: Onlooker, other: Onlooker) -> Bool { one.name == other.name }

  func hash(into hasher: inout Hasher) {
    look()
    hasher.combine(name)
  }
}

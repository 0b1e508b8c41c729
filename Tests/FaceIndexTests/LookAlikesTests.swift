import CanteenCore
import FaceIndex
import Testing

struct LookAlikesTests {
  private var faces = SeededFaces(seed: 21)
  private let index = FaceIndex<Int>()

  @Test mutating func `Every pair above the score is found, with its best cosine and in order`() throws {
    let first = try faces.face()
    let people = try (0..<60).map { index in
      try (0...index % 3).map { _ in try faces.face(like: first, distance: 1) }
    }
    try index.apply(people.enumerated().map { .replace($0.offset, with: $0.element) })
    index.remove(10)
    var expected: [Set<Int>: Float] = [:]
    for one in people.indices where one != 10 {
      for other in people.indices where other > one && other != 10 {
        let best = people[one].flatMap { people[other].map($0.cosine) }.max() ?? -1
        if best > 0.55 { expected[[one, other]] = best }
      }
    }
    let pairs = try index.pairs(above: 0.55)
    #expect(expected.count > 20)
    #expect(Set(pairs.map { Set([$0.first, $0.second]) }) == Set(expected.keys))
    #expect(pairs.count == expected.count)
    for pair in pairs { #expect(abs(pair.cosine - expected[[pair.first, pair.second], default: 9]) < 1e-5) }
    #expect(pairs.map(\.cosine) == pairs.map(\.cosine).sorted(by: >))
    for owner in [0, 10, 31] {
      let theirs = pairs.filter { $0.first == owner || $0.second == owner }
      let neighbours = index.neighbours(of: owner, above: 0.55)
      #expect(Set(neighbours.map(\.owner)) == Set(theirs.map { $0.first == owner ? $0.second : $0.first }))
      #expect(neighbours.map(\.cosine) == theirs.map(\.cosine))
    }
  }

  @Test mutating func `Twins are found wherever in a large index they lie`() throws {
    var people = try (0..<17_500).map { _ in try faces.face() }
    let twins = [(0, 17_499), (5, 6), (1_000, 1_030), (2_000, 16_400), (16_390, 17_450)]
    for (one, other) in twins { people[other] = try faces.face(like: people[one], distance: 0.1) }
    try index.apply(people.enumerated().map { .replace($0.offset, with: [$0.element]) })
    for (one, other) in twins {
      #expect(index.neighbours(of: one, above: 0.8).map(\.owner) == [other])
      #expect(index.neighbours(of: [people[other]], above: 0.8).map(\.owner).sorted() == [one, other])
    }
  }

  @Test mutating func `Pairs are found within and across segments, once each`() throws {
    let some = try (0..<20).map { _ in try faces.face() }
    let twins = try some.map { try faces.face(like: $0, distance: 0.1) }
    let crowd = (100..<16_500).map { FaceChange.replace($0, with: [some[0]]) }
    let early = some.enumerated().map { FaceChange.replace($0.offset, with: [$0.element]) }
    let late = twins.enumerated().map { FaceChange.replace($0.offset + 20, with: [$0.element, $0.element]) }
    try index.apply(early + Array(late.prefix(5)) + crowd + Array(late.dropFirst(5)))
    try index.apply((100..<16_500).map { .remove($0) })
    let pairs = try index.pairs(above: 0.8)
    #expect(pairs.count == 20)
    for pair in pairs { #expect(abs(pair.first - pair.second) == 20) }
    #expect(Set(pairs.map { min($0.first, $0.second) }) == Set(0..<20))
  }

  @Test mutating func `Nobody looks like themselves, and a stranger has no neighbours`() throws {
    let face = try faces.face()
    try index.replace(1, with: [face, face])
    #expect(try index.pairs(above: 0.5).isEmpty)
    #expect(index.neighbours(of: 1, above: -2).isEmpty)
    #expect(index.neighbours(of: 2, above: -2).isEmpty)
    #expect(index.neighbours(of: [Embedding](), above: -2).isEmpty)
  }

  @Test mutating func `A score so low that everybody looks alike is refused`() throws {
    try index.apply((0..<30).map { .replace($0, with: [try faces.face()]) })
    #expect(throws: FaceIndexError.tooManyPairs(100)) { try index.pairs(above: -1, atMost: 100) }
    #expect(try index.pairs(above: -1, atMost: 435).count == 435)
    #expect(try index.pairs(above: .nan).isEmpty)
  }

  @Test(.timeLimit(.minutes(5))) mutating func `A cancelled comparison ends`() async throws {
    try index.replace(1, with: [try faces.face()])
    let index = index
    let comparison = Task {
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      return try index.pairs(above: 0.5).count
    }
    await #expect(throws: FaceIndexError.cancelled) { try await comparison.value }
  }
}

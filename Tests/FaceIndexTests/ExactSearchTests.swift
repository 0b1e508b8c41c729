import CanteenCore
import CanteenTestSupport
import FaceIndex
import Testing

struct ExactSearchTests {
  /// Libraries that are easy, likely or nasty for a search that looks at rough codes first.
  enum Crowd: CaseIterable {
    case strangers
    case severalTemplatesEach
    case twins
    /// Everybody has the same face: nothing but ties.
    case clones
    /// Each row a little better than the one before, so that every row changes the answer.
    case everBetter
    /// One large component in each template: the coarsest codes there are.
    case spikes
    /// Differences far below the step of the codes.
    case hairBreadths

    func people(_ count: Int, facing probe: Embedding, _ faces: inout SeededFaces) throws -> [[Embedding]] {
      let someone = try faces.face()
      return try (0..<count).map { index in
        switch self {
        case .strangers: return [try faces.face()]
        case .severalTemplatesEach:
          let face = try faces.face()
          return try (0...index % 4).map { _ in try faces.face(like: face, distance: 0.5) }
        case .twins:
          var pair = SeededFaces(seed: UInt64(index / 2))
          let face = try pair.face()
          return [try faces.face(like: face, distance: 0.01), try faces.face(like: face, distance: 0.01)]
        case .clones: return [someone, someone]
        case .everBetter:
          return [try faces.face(like: probe, distance: 3 - 2.9 * Float(index) / Float(count))]
        case .spikes:
          var values = try faces.face().values.map { $0 * 0.05 }
          values[index % 128] = index % 3 == 0 ? -1 : 1
          return [try Embedding(scaling: values)]
        case .hairBreadths: return [try faces.face(like: probe, distance: 1e-4)]
        }
      }
    }
  }

  @Test(arguments: Crowd.allCases, ComparingPath.supported.indices)
  func `The codes lead to the answer the floats give, to the bit and with ties`(crowd: Crowd, path: Int)
    throws
  {
    var faces = SeededFaces(seed: UInt64(path + 1))
    for count in [1, 2, 7, 63, 64, 65, 300, 1_000] {
      let probe = try faces.face()
      let index = FaceIndex<Int>(path: ComparingPath.supported[path])
      let people = try crowd.people(count, facing: probe, &faces)
      try index.apply(people.enumerated().map { .replace($0.offset, with: $0.element) })
      // Holes, as removals leave them.
      try index.apply(stride(from: 3, to: count, by: 7).map { .remove($0) })
      for face in [probe, try faces.face(), people[count / 2][0]] {
        #expect(index.topTwo(of: face, by: .codes) == index.topTwo(of: face, by: .floats))
      }
    }
  }

  @Test(arguments: Crowd.allCases, ComparingPath.supported.indices)
  func `The two best people are those a comparison one by one finds`(crowd: Crowd, path: Int) throws {
    var faces = SeededFaces(seed: 99)
    let probe = try faces.face()
    let index = FaceIndex<Int>(path: ComparingPath.supported[path])
    let people = try crowd.people(500, facing: probe, &faces)
    try index.apply(people.enumerated().map { .replace($0.offset, with: $0.element) })
    let cosines = people.map { $0.map(probe.cosine).max() ?? -1 }
    let best = cosines.max() ?? -1
    let found = index.topTwo(of: probe)
    let first = try #require(found.best), second = try #require(found.runnerUp)
    #expect(first.owner != second.owner)
    for candidate in [first, second] { #expect(abs(cosines[candidate.owner] - candidate.cosine) < 1e-6) }
    #expect(first.cosine >= best - 1e-6)
    #expect(first.cosine >= second.cosine)
    let others = cosines.indices.filter { $0 != first.owner }.map { cosines[$0] }
    #expect(second.cosine >= (others.max() ?? -1) - 1e-6)
  }

  @Test func `A library larger than one segment is searched to its end`() throws {
    var faces = SeededFaces(seed: 5)
    let index = FaceIndex<Int>()
    let last = try faces.face()
    try index.apply(
      (0..<17_000).map { .replace($0, with: [try faces.face()]) } + [.replace(-1, with: [last])])
    #expect(index.topTwo(of: last).best?.owner == -1)
    #expect(index.topTwo(of: last) == index.topTwo(of: last, by: .floats))
    #expect(index.templateCount == 17_001)
  }

  @Test func `Nobody is found in an empty index, and no other person beside a single one`() throws {
    var faces = SeededFaces(seed: 6)
    let index = FaceIndex<String>()
    let face = try faces.face()
    #expect(index.topTwo(of: face) == index.topTwo(of: face, by: .floats))
    #expect(index.topTwo(of: face).best == nil)
    try index.replace("甲", with: [face, try faces.face(), try faces.face()])
    #expect(index.topTwo(of: face).best?.owner == "甲")
    #expect(index.topTwo(of: face).runnerUp == nil)
    try index.replace("乙", with: [])
    #expect(index.topTwo(of: face).runnerUp == nil)
    #expect(index.peopleCount == 2)
  }
}

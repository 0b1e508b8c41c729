import CanteenCore
import FaceIndex
import Testing

struct ComparingPathTests {
  @Test func `The machine's own instruction set is tried before the portable code`() {
    let names = ComparingPath.supported.map(\.description)
    #expect(names.last == "portable")
    #if arch(arm64)
    #expect(names == ["neon", "portable"])
    #endif
  }

  @Test func `Every instruction set finds the two people the portable code finds`() throws {
    var faces = SeededFaces(seed: 7)
    let people = try (0..<2_000).map { _ in
      let face = try faces.face()
      return [face, try faces.face(like: face, distance: 0.4)]
    }
    let probes = try (0..<50).map { try faces.face(like: people[$0 * 40][0], distance: 0.6) }
    let portable = try #require(ComparingPath.supported.last)
    let expected = try found(probes, among: people, by: portable)
    for path in ComparingPath.supported.dropLast() {
      for (theirs, ours) in zip(expected, try found(probes, among: people, by: path)) {
        #expect(ours.best?.owner == theirs.best?.owner, "\(path)")
        #expect(ours.runnerUp?.owner == theirs.runnerUp?.owner, "\(path)")
        for (one, other) in [(ours.best, theirs.best), (ours.runnerUp, theirs.runnerUp)] {
          #expect(abs(try #require(one).cosine - (try #require(other).cosine)) < 1e-6, "\(path)")
        }
      }
    }
  }

  private func found(_ probes: [Embedding], among people: [[Embedding]], by path: ComparingPath) throws
    -> [TopTwo<Int>]
  {
    let index = FaceIndex<Int>(path: path)
    try index.apply(people.enumerated().map { .replace($0.offset, with: $0.element) })
    return probes.map { index.topTwo(of: $0) }
  }
}

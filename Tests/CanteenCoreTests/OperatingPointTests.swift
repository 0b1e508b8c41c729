import CanteenCore
import Testing

struct OperatingPointTests {
  private let policy = IdentificationPolicy()

  @Test func `The threshold grows with the library and falls with the target`() {
    let thresholds = [10, 100, 1_000, 10_000].map {
      policy.operatingPoint(for: .assumed, people: $0).threshold
    }
    #expect(zip(thresholds, thresholds.dropFirst()).allSatisfy { $0 < $1 })
    let lax = IdentificationPolicy(target: 1e-2).operatingPoint(for: .assumed, people: 1_000)
    #expect(lax.threshold < thresholds[2])
  }

  /// 1e-4 over 2,000 people and 6 tries is 8.3e-9 a comparison: 5.64 standard deviations.
  @Test func `The threshold leaves a stranger the promised chance over all people and tries`() {
    let point = policy.operatingPoint(for: .assumed, people: 2_000)
    #expect(abs(point.threshold - (0.1 + 0.1 * 5.6417)) < 0.002)
    let rate = ImpostorTail.assumed.rate(above: Double(point.threshold))
    #expect(abs(rate * 2_000 * 6 / 1e-4 - 1) < 0.01)
  }

  @Test func `The assumed tail agrees with the published rate at the published threshold`() {
    #expect(ImpostorTail.assumed.rate(above: 0.363) >= 2.8e-3)
  }

  @Test func `A library whose people look more alike asks for a higher threshold`() {
    let alike = ScoreModel(
      impostors: ImpostorTail(mean: 0.2, deviation: 0.1, people: 900), scatter: 0.05)
    #expect(
      policy.operatingPoint(for: alike, people: 900).threshold
        > policy.operatingPoint(for: .assumed, people: 900).threshold)
  }

  @Test func `The margin follows from how much looks at one person differ`() {
    func margin(_ scatter: Double) -> Float {
      policy.operatingPoint(
        for: ScoreModel(impostors: .assumed, scatter: scatter), people: 900
      ).margin
    }
    #expect(margin(0.08) > margin(0.05))
    #expect(margin(0) == policy.leastMargin)
  }

  @Test
  func
    `No library is small or well spread enough to go below the least threshold, none asks for more than one`()
  {
    let sharp = ScoreModel(impostors: ImpostorTail(mean: 0, deviation: 0.01, people: 900), scatter: 0)
    let wide = ScoreModel(impostors: ImpostorTail(mean: 0.5, deviation: 0.5, people: 900), scatter: 1)
    #expect(policy.operatingPoint(for: sharp, people: 0).threshold == policy.leastThreshold)
    let widest = policy.operatingPoint(for: wide, people: 1_000_000)
    #expect(widest.threshold == 1 && widest.margin == 1)
  }
}

struct FaceEvidenceTests {
  private func face(_ seed: Int) throws -> Embedding {
    try Embedding(scaling: (0..<128).map { Float(($0 * (seed * 37 + 11) + seed * seed) % 101) - 50 })
  }

  private func person(_ id: String) throws -> LibraryPerson {
    LibraryPerson(user: RecognisedUser(outUserID: try OutUserID(id), platformUserID: "", displayName: ""))
  }

  @Test func `The match of the looks gives the mean of their cosines`() throws {
    let (template, other) = (try face(1), try face(2))
    let looks = try [3, 4, 5].map { seed in
      try Embedding(scaling: zip(template.values, face(seed).values).map { $0 + $1 * 0.7 })
    }
    var evidence = FaceEvidence()
    #expect(try evidence.match { _ in throw NobodyAsked() } == nil)
    for look in looks { evidence.add(look) }
    let (alice, bob) = (try person("alice1"), try person("bobby1"))
    let match = try #require(
      evidence.match { face in
        LibraryMatch(
          best: .init(person: alice, cosine: face.cosine(to: template)),
          runnerUp: .init(person: bob, cosine: face.cosine(to: other)), libraryVersion: 1)
      })
    let mean = { (target: Embedding) in looks.reduce(0) { $0 + $1.cosine(to: target) } / 3 }
    #expect(abs(try #require(match.best?.cosine) - mean(template)) < 1e-5)
    #expect(abs(try #require(match.runnerUp?.cosine) - mean(other)) < 1e-5)
  }

  @Test func `Looks that cancel each other out match nobody`() throws {
    let look = try face(1)
    var evidence = FaceEvidence()
    evidence.add(look)
    evidence.add(try Embedding(scaling: look.values.map { -$0 }))
    #expect(evidence.coherence < 1e-6)
    #expect(try evidence.match { _ in throw NobodyAsked() } == nil)
  }

  private struct NobodyAsked: Error {}
}

import CanteenCore
import CanteenTestSupport
import Testing

@Suite(.timeLimit(.minutes(3)))
struct ScoreModelFitTests {
  private func id(_ number: Int) throws -> OutUserID { try OutUserID("s\(10_000 + number)") }

  private func fit(_ faces: [SyntheticFaces.Face], exceptPairs: Set<[Int]> = []) throws -> ScoreModelFit {
    let ids = try faces.indices.map { try id($0) }
    var fit = ScoreModelFit()
    for (index, face) in faces.enumerated() {
      let scores = (0..<index).filter { exceptPairs.isEmpty || !exceptPairs.contains([$0, index]) }
        .map { (ids[$0], (faces[$0] * face).sum()) }
      fit.add(ids[index], scores: scores)
    }
    return fit
  }

  private func population(_ count: Int, seed: UInt64, lookAlikes: Float = 0.25) -> [SyntheticFaces.Face] {
    var world = SyntheticFaces(seed: seed, lookAlikes: lookAlikes)
    return (0..<count).map { _ in world.face() }
  }

  /// Most pairs are of different groups; the tail belongs to the few pairs within one.
  @Test(arguments: [0.3, 0.55] as [Float], [1, 2] as [UInt64])
  func `Strangers are taken for somebody of 1,000 people no more often than promised`(
    lookAlikes: Float, seed: UInt64
  ) throws {
    var world = SyntheticFaces(seed: seed, groups: 200, lookAlikes: lookAlikes)
    let library = (0..<1_000).map { _ in world.face() }
    let tail = try #require(try fit(library).fittedImpostors)
    let target = 0.01
    let threshold = Float(tail.threshold(people: library.count, target: target))
    let strangers = 2_000
    let accepted = (0..<strangers).count { _ in
      let stranger = world.face()
      return library.contains { ($0 * stranger).sum() >= threshold }
    }
    // 20 are promised at most; more than 34 would happen by chance once in a thousand runs.
    #expect(accepted <= 34, "\(accepted) of \(strangers) at \(threshold)")
  }

  @Test func `Fewer than 50 people, and the assumed model is published`() throws {
    #expect(try fit(population(49, seed: 4)).model == .assumed)
    #expect(try fit(population(50, seed: 4)).fittedImpostors?.people == 50)
  }

  @Test func `Up to 500 people the wider model counts, beyond them the library's own`() throws {
    // The spread of 32 numbers is wider than the assumed one; scores pressed together are narrower.
    #expect(try fit(population(60, seed: 5)).model.impostors.people == 60)
    var narrow = ScoreModelFit()
    for index in 0..<501 {
      let scores = try (0..<index).map { (try id($0), Float(($0 * 7 + index * 13) % 100) / 1_000) }
      narrow.add(try id(index), scores: scores)
      if index == 499 { #expect(narrow.model.impostors == .assumed) }
    }
    #expect(narrow.model.impostors.people == 501)
    #expect(narrow.model.impostors.deviation < ImpostorTail.assumed.deviation)
  }

  @Test func `A few people make a wider curve than many of the same kind`() throws {
    let few = try #require(try fit(population(60, seed: 6)).fittedImpostors)
    let many = try #require(try fit(population(600, seed: 6)).fittedImpostors)
    #expect(few.deviation > many.deviation)
  }

  @Test func `Twins widen the curve unless they are left out`() throws {
    var faces = population(200, seed: 7)
    for twin in 0..<15 { faces[twin + 20] = faces[twin] }
    let with = try #require(try fit(faces).fittedImpostors)
    let without = try #require(
      try fit(faces, exceptPairs: Set((0..<15).map { [$0, $0 + 20] })).fittedImpostors)
    #expect(with.deviation > without.deviation * 1.2)
  }

  @Test func `Whoever was taken out again leaves no trace`() throws {
    let faces = population(80, seed: 8)
    let whole = try fit(Array(faces.prefix(79)))
    var changed = try fit(faces)
    let scores = try (0..<79).map { (try id($0), (faces[$0] * faces[79]).sum()) }
    changed.remove(try id(79), scores: scores)
    #expect(changed.fittedImpostors == whole.fittedImpostors)
  }

  @Test func `The scatter is that within people, not that between them`() throws {
    var fit = ScoreModelFit()
    for index in 0..<600 {
      // Each person's photographs agree to ±0.1 around a mean of their own.
      let own = Float(index % 5) / 10
      fit.add(try id(index), scores: [], betweenShots: [own + 0.3, own + 0.4, own + 0.5])
      if index == 48 { #expect(fit.model.scatter == ScoreModel.assumed.scatter) }
    }
    #expect(abs(fit.model.scatter - 0.1) < 0.001)
  }

  @Test func `Two photographs of a person say nothing about the scatter`() throws {
    var fit = ScoreModelFit()
    for index in 0..<600 { fit.add(try id(index), scores: [], betweenShots: [0.9]) }
    #expect(fit.model.scatter == ScoreModel.assumed.scatter)
  }
}

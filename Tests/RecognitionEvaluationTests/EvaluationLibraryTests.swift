import CanteenCore
import FaultInjection
import Testing

@testable import RecognitionEvaluation

struct EvaluationLibraryTests {
  /// Faces that all resemble each other: strangers score 0.3 on average, as in a school of one age.
  private func subjects(_ count: Int) throws -> [Subject] {
    var random = SeededRandom(seed: 7)
    func noise() -> [Float] {
      (0..<Embedding.dimension).map { _ in Float.random(in: -1...1, using: &random) }
    }
    let common = noise()
    return try (0..<count).map { number in
      let own = zip(common, noise()).map { 0.65 * $0 + $1 }
      let face = try Embedding(scaling: own)
      return Subject(number: number, faces: [face, face], shotsToEnrol: 1)
    }
  }

  @Test func `People who resemble each other raise the threshold of the trial`() throws {
    let alike = EvaluationLibrary(of: try subjects(80))
    let policy = IdentificationPolicy()
    let assumed = policy.operatingPoint(for: .assumed, people: 80)
    #expect(policy.operatingPoint(for: alike.model, people: 80).threshold > assumed.threshold + 0.02)
    #expect(alike.model.impostors.people == 80)
  }

  @Test func `A handful of people is judged by the assumed scores`() throws {
    #expect(EvaluationLibrary(of: try subjects(5)).model == .assumed)
  }

  @Test func `Everybody probes once enrolled and once left out`() throws {
    var times = StageTimes()
    let presentations = EvaluationLibrary(of: try subjects(3)).presentations(&times)
    #expect(presentations.filter { $0.isEnrolled && $0.isRight }.count == 3)
    #expect(presentations.filter { !$0.isEnrolled && !$0.isRight }.count == 6)
  }
}

import CanteenCore
import Testing

struct SequentialDecisionTests {
  private static let point = OperatingPoint(threshold: 0.5, margin: 0.1, hopeless: 0.25, people: 500)

  private func person(_ id: String, lookAlikes: [String] = []) throws -> LibraryPerson {
    LibraryPerson(
      user: RecognisedUser(outUserID: try OutUserID(id), platformUserID: "", displayName: ""),
      lookAlikes: try lookAlikes.map { try OutUserID($0) })
  }

  private func match(
    _ user: String, _ cosine: Float, runnerUp: Float = 0, lookAlikes: [String] = []
  ) throws -> LibraryMatch {
    LibraryMatch(
      best: .init(person: try person(user, lookAlikes: lookAlikes), cosine: cosine),
      runnerUp: .init(person: try person("other1"), cosine: runnerUp),
      lookAlikes: try lookAlikes.map { try person($0) }, libraryVersion: 4)
  }

  /// A look whose mean is given too, or is the look itself.
  private func look(_ match: LibraryMatch, mean: LibraryMatch? = nil) -> SequentialDecision.Look {
    SequentialDecision.Look(
      match: match, mean: mean ?? match,
      milliseconds: LookMilliseconds(detect: 5, embed: 20, search: 0))
  }

  private func decide(_ looks: [SequentialDecision.Look]) -> [SequentialDecision.Verdict] {
    var decision = SequentialDecision(
      policy: IdentificationPolicy(), point: Self.point, facePresentAt: .start)
    return looks.map { decision.add($0, at: .start) }
  }

  @Test func `Three looks that agree name the person by their mean, two do not`() throws {
    let verdicts = decide([
      look(try match("s00001", 0.8)), look(try match("s00001", 0.7), mean: try match("s00001", 0.75)),
      look(try match("s00001", 0.6), mean: try match("s00001", 0.7, runnerUp: 0.3)),
    ])
    #expect(verdicts[0] == .undecided)
    #expect(verdicts[1] == .undecided)
    guard case .identified(let person, let evidence) = verdicts[2] else {
      Issue.record("not identified")
      return
    }
    #expect(person.user.outUserID.text == "s00001")
    #expect(evidence.framesAgreed == 3)
    #expect(evidence.score == 0.7)
    #expect(evidence.runnerUp == 0.3)
    #expect(evidence.people == 500)
    #expect(evidence.libraryVersion == 4)
    #expect(evidence.milliseconds.embed == 20)
  }

  @Test func `Good looks after poor ones are waited for`() throws {
    let poor = look(try match("s00001", 0.4))
    let good = look(try match("s00001", 0.8), mean: try match("s00001", 0.52))
    let verdicts = decide([poor, poor, poor, good])
    #expect(verdicts.dropLast().allSatisfy { $0 == .undecided })
    guard case .identified = verdicts[3] else {
      Issue.record("not identified")
      return
    }
  }

  @Test func `Three high looks do not make up for a mean under the threshold`() throws {
    let verdicts = decide(
      Array(repeating: look(try match("s00001", 0.8), mean: try match("s00001", 0.49)), count: 8))
    #expect(verdicts.last == .notRecognised)
  }

  @Test func `The mean alone is not enough when single looks put others first`() throws {
    let verdicts = decide(
      Array(repeating: look(try match("other2", 0.4), mean: try match("s00001", 0.8)), count: 8))
    #expect(verdicts.last == .notRecognised)
  }

  @Test func `Looks for two persons never add up`() throws {
    let verdicts = decide([
      look(try match("s00001", 0.8)), look(try match("s00001", 0.8)), look(try match("s00002", 0.8)),
      look(try match("s00001", 0.8)),
    ])
    #expect(verdicts[2] == .notRecognised)
    #expect(verdicts[3] == .notRecognised)
  }

  @Test func `A runner-up that stays near ends as a question, not as a person`() throws {
    let near = look(try match("s00001", 0.8, runnerUp: 0.75))
    let verdicts = decide(Array(repeating: near, count: 8))
    #expect(verdicts.dropLast().allSatisfy { $0 == .undecided })
    guard case .lookAlikes(let candidates, _) = verdicts.last else {
      Issue.record("no question")
      return
    }
    #expect(candidates.map(\.user.outUserID.text) == ["s00001", "other1"])
  }

  @Test func `Listed look-alikes are a question at once, however large the lead`() throws {
    let verdicts = decide(
      Array(repeating: look(try match("s00001", 0.9, runnerUp: 0.2, lookAlikes: ["s00002"])), count: 3))
    guard case .lookAlikes(let candidates, _) = verdicts[2] else {
      Issue.record("no question")
      return
    }
    #expect(candidates.map(\.user.outUserID.text) == ["s00001", "s00002"])
  }

  @Test func `A face far from everybody is refused after three looks`() throws {
    let verdicts = decide(Array(repeating: look(try match("s00001", 0.2)), count: 3))
    #expect(verdicts == [.undecided, .undecided, .notRecognised])
  }

  @Test func `A face that resembles somebody a little is refused after eight looks`() throws {
    let verdicts = decide(Array(repeating: look(try match("s00001", 0.4)), count: 8))
    #expect(verdicts.dropLast().allSatisfy { $0 == .undecided })
    #expect(verdicts.last == .notRecognised)
  }
}

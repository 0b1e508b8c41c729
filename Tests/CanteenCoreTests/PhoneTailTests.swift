import CanteenCore
import CanteenTestSupport
import Testing

/// What is asked, and what a typed tail leads to.
struct PhoneTailTests {
  private typealias Stage = TwinStage
  private let mother = TwinStage.mother.phoneTail
  private let father = TwinStage.father.phoneTail

  @Test func `Amount first: the tail of the second candidate books the locked amount to them`() throws {
    var stage = try Stage()
    #expect(try stage.present(stage.twins, at: 0) == [.phoneTailAsked])
    guard case .awaitingTail(let asked) = stage.session.phase else {
      Issue.record("\(stage.session.phase)")
      return
    }
    #expect(asked.triesLeft == 3)
    let actions = stage.type(father, at: 3)
    #expect(actions.first == .phoneTailRight)
    let order = try stage.book(actions, at: 3)
    #expect(order.locked == asked.locked)
    #expect(order.identification?.user == stage.twins[1].user)
    #expect(order.identification?.evidence.secondFactor == .phoneTail)
  }

  @Test func `Face first: the tail greets, and the keyed amount books`() throws {
    var stage = try Stage(recognition: .preRecognition)
    #expect(stage.see(stage.twins, at: 0) == [.phoneTailAsked])
    #expect(stage.type(mother, at: 2) == [.phoneTailRight, .matched])
    let order = try #require(Stage.order(in: try stage.present(stage.twins, amount: 900, at: 4)))
    #expect(order.identification?.user == stage.twins[0].user)
  }

  @Test func `Twins on one account pay without a word`() throws {
    var stage = try Stage()
    let order = try stage.book(stage.present(stage.brothers, at: 0), at: 0)
    #expect(order.identification?.user == stage.brothers[0].user)
    #expect(order.identification?.evidence.secondFactor == .sameAccount)
  }

  @Test func `Where no tail can be asked, staff read why and the amount stays`() throws {
    var stage = try Stage()
    let people = [stage.twins[0], try LibraryPerson.sample("s00005", nil)]
    #expect(try stage.present(people, at: 0) == [])
    #expect(stage.session.notice == .notToldApart(.noPhone))
    #expect(stage.lockedAmount == Fen(1200))
    #expect(stage.type(mother, at: 1) == [])
  }

  @Test func `A tail finds nobody by itself, and lowers no threshold`() throws {
    var stage = try Stage()
    _ = try stage.session.key(.manual(Fen(1200)), at: .start)
    #expect(stage.type(mother, at: 1) == [])
    let doubtful = RecognitionEvidence(
      score: 0.49, runnerUp: 0.4, threshold: 0.5, margin: 0.1, framesAgreed: 3, framesSeen: 3, people: 2,
      libraryVersion: 1, milliseconds: RecognitionEvidence.sample.milliseconds)
    stage.receive(.lookAlikes(.sample(stage.twins, evidence: doubtful)), at: 2)
    #expect(stage.session.notice == .notRecognised)
    #expect(stage.type(mother, at: 3) == [])
    #expect(stage.lockedAmount == Fen(1200))
  }

  @Test func `What speaks against a user speaks against the one the tail names`() throws {
    var stage = try Stage()
    stage.session.bars[stage.twins[1].user.outUserID] = .blocked
    _ = try stage.present(stage.twins, at: 0)
    #expect(Stage.order(in: stage.type(father, at: 1)) == nil)
    #expect(
      stage.session.notice == .objected(stage.twins[1].user, [.barred(.blocked)], mayOverride: false))
    #expect(stage.lockedAmount == Fen(1200))
  }

  @Test func `A right tail holds while the face stays: an override does not ask for it again`() throws {
    var stage = try Stage()
    _ = try stage.book(stage.type(father, at: try ask(&stage)), at: 1)
    _ = stage.receive(.faceLeft(track: 1), at: 2)
    _ = try stage.present(stage.twins, track: 2, at: 10)
    #expect(Stage.order(in: stage.type(father, at: 11)) == nil)
    #expect(stage.session.notice == .objected(stage.twins[1].user, [.justCharged], mayOverride: true))
    stage.session.allowRepeat(at: Stage.at(12))
    #expect(Stage.order(in: stage.see(stage.twins, track: 2, at: 13)) != nil)
  }

  private func ask(_ stage: inout TwinStage) throws -> Double {
    _ = try stage.present(stage.twins, at: 0)
    return 1
  }

  @Test func `A failed write is tried again under the same number without asking again`() throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    let first = try #require(Stage.order(in: stage.type(father, at: 1)))
    stage.receive(.bookingFailed(first.locked.number, reason: "disk full"), at: 1)
    let second = try #require(Stage.order(in: stage.see(stage.twins, at: 3)))
    #expect(second.locked == first.locked)
  }
}

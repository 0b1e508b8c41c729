import CanteenCore
import CanteenTestSupport
import Testing

/// What ends a question without an answer.
struct DroppedTailQuestionTests {
  private typealias Stage = TwinStage
  private let father = TwinStage.father.phoneTail

  @Test func `Looking down at the keypad keeps the question for some seconds, and the tail still books`()
    throws
  {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    stage.receive(.faceLeft(track: 1), at: 1)
    stage.receive(.tick, at: 8.9)
    #expect(stage.triesLeft == 3)
    #expect(Stage.order(in: stage.type(father, at: 8.95)) != nil)
  }

  @Test func `A face that does not come back takes its question with it; the amount waits for the next`()
    throws
  {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    stage.receive(.faceLeft(track: 1), at: 1)
    stage.receive(.tick, at: 9)
    #expect(stage.lockedAmount == Fen(1200))
    #expect(stage.type(father, at: 10) == [])
  }

  @Test func `A wrong tail typed while looking down leaves time for the next`() throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    stage.receive(.faceLeft(track: 1), at: 1)
    stage.type(Stage.wrong, at: 8)
    stage.receive(.tick, at: 15.9)
    #expect(stage.triesLeft == 2)
    stage.receive(.tick, at: 16)
    #expect(stage.triesLeft == nil)
  }

  @Test func `A fixed amount goes with the face that was asked and left`() throws {
    var stage = try Stage(sells: .fixed)
    #expect(try stage.present(stage.twins, at: 0) == [.phoneTailAsked])
    #expect(stage.receive(.faceLeft(track: 1), at: 1) == [])
    #expect(stage.receive(.tick, at: 9) == [.amountReleased])
    #expect(stage.session.phase == .idle)
  }

  @Test func `The student looks up again under a new track: the same question, with the same tries`() throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    stage.type(Stage.wrong, at: 1)
    stage.receive(.faceLeft(track: 1), at: 2)
    #expect(stage.see(stage.twins.reversed(), track: 2, at: 4) == [])
    stage.receive(.tick, at: 60)
    #expect(stage.triesLeft == 2)
    let order = try #require(Stage.order(in: stage.type(father, at: 61)))
    #expect(order.identification?.track == 2)
  }

  @Test func `Face first: who typed looking down and looks up is not asked again`() throws {
    var stage = try Stage(recognition: .preRecognition)
    _ = stage.see(stage.twins, at: 0)
    stage.receive(.faceLeft(track: 1), at: 1)
    stage.type(father, at: 2)
    #expect(stage.see(stage.twins, track: 2, at: 3) == [])
    stage.receive(.tick, at: 30)
    let order = try #require(Stage.order(in: try stage.present(stage.twins, track: 2, amount: 900, at: 31)))
    #expect(order.identification?.user == stage.twins[1].user)
    #expect(order.identification?.track == 2)
  }

  @Test(arguments: [(4, true), (9, false)])
  func `Face first: who typed looking down pays when they look up soon after the amount came`(
    second: Double, pays: Bool
  ) throws {
    var stage = try Stage(recognition: .preRecognition)
    _ = stage.see(stage.twins, at: 0)
    stage.receive(.faceLeft(track: 1), at: 1)
    stage.type(father, at: 2)
    _ = try stage.session.key(.manual(Fen(900)), at: Stage.at(3))
    let order = Stage.order(in: stage.see(stage.twins, track: 2, at: second))
    #expect(order?.identification?.user == (pays ? stage.twins[1].user : nil))
    #expect(pays || stage.triesLeft != nil, "it may be the other twin: asked again")
  }

  @Test func `Face first: a twin who steps up after the other was seen to leave is asked`() throws {
    var stage = try Stage(recognition: .preRecognition)
    _ = stage.see(stage.twins, at: 0)
    stage.type(father, at: 1)
    stage.receive(.faceLeft(track: 1), at: 2)
    #expect(stage.see(stage.twins, track: 2, at: 3) == [.phoneTailAsked])
  }

  @Test func `Face first: who typed looking down and went is forgotten`() throws {
    var stage = try Stage(recognition: .preRecognition)
    _ = stage.see(stage.twins, at: 0)
    stage.receive(.faceLeft(track: 1), at: 1)
    stage.type(father, at: 2)
    stage.receive(.tick, at: 7)
    #expect(stage.session.phase == .idle)
  }

  @Test(arguments: [
    CheckoutSession.Event.cancelled, .sessionTimedOut, .cameraClosed, .blocked([.leaseExpired], by: .library),
    .tailDeclined, .facePresent(track: 2), .notRecognised(track: 2),
  ])
  func `Nothing typed counts after the question was dropped`(ending: CheckoutSession.Event) throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    stage.receive(ending, at: 1)
    #expect(stage.triesLeft == nil)
    #expect(stage.type(father, at: 2) == [])
  }

  @Test func `Staff cancel and a session that times out let the amount go`() throws {
    for ending in [CheckoutSession.Event.cancelled, .sessionTimedOut] {
      var stage = try Stage()
      _ = try stage.present(stage.twins, at: 0)
      #expect(stage.receive(ending, at: 1) == [.amountReleased])
      #expect(stage.session.phase == .idle)
    }
  }

  @Test func `A new amount asks anew, so that nobody types for a price they did not see`() throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    #expect(try stage.session.key(.manual(Fen(900)), at: Stage.at(1)) == [.amountLocked])
    #expect(stage.type(father, at: 2) == [])
    #expect(stage.see(stage.twins, at: 3) == [.phoneTailAsked])
    #expect(Stage.order(in: stage.type(father, at: 4))?.locked.amount == Fen(900))
  }

  @Test func `The same amount keyed again leaves the student typing`() throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    _ = try stage.session.key(.manual(Fen(1200)), at: Stage.at(1))
    #expect(stage.triesLeft == 3)
  }

  @Test func `Money taken by staff ends the question and takes the locked amount`() throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    let order = try #require(Stage.order(in: stage.session.takeByStaff(nil, at: Stage.at(1))))
    #expect(order.locked.amount == Fen(1200))
    #expect(stage.type(father, at: 2) == [])
  }

  @Test func `Who will not type is not asked again for this amount, and is for the next`() throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    stage.receive(.tailDeclined, at: 1)
    #expect(stage.session.notice == .notToldApart(.declined))
    #expect(stage.see(stage.twins, at: 3) == [])
    #expect(try stage.present(stage.twins, amount: 900, at: 5) == [.phoneTailAsked])
  }

  @Test func `Somebody else steps before the camera and pays; the asked face pays nothing`() throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    stage.receive(.facePresent(track: 2), at: 1)
    let other = Identification(
      track: 2, user: try LibraryPerson.sample("s00042", nil).user, evidence: .sample, facePresentAt: .start)
    let order = try #require(Stage.order(in: stage.receive(.identified(other), at: 2)))
    #expect(order.identification?.user == other.user)
  }

  @Test func `A bad look at the asked face takes nothing from it`() throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    stage.receive(.notRecognised(track: 1), at: 1)
    #expect(stage.triesLeft == 3)
    #expect(stage.see(stage.twins, at: 2) == [])
    #expect(stage.triesLeft == 3)
  }
}

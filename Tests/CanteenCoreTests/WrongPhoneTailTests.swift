import CanteenCore
import CanteenTestSupport
import Testing

/// Wrong tails.
struct WrongPhoneTailTests {
  private typealias Stage = TwinStage
  private let father = TwinStage.father.phoneTail

  private func useUp(_ stage: inout TwinStage, from second: Double) {
    for offset in 0..<3 { stage.type(TwinStage.wrong, at: second + Double(offset)) }
  }

  @Test func `The tries left go down; the third wrong tail ends the question and keeps the amount`() throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    #expect(stage.type(Stage.wrong, at: 1) == [.phoneTailWrong])
    #expect(stage.triesLeft == 2)
    stage.type(Stage.wrong, at: 2)
    #expect(stage.triesLeft == 1)
    #expect(stage.type(Stage.wrong, at: 3) == [.phoneTailWrong])
    #expect(stage.session.notice == .notToldApart(.triesUsedUp))
    #expect(stage.lockedAmount == Fen(1200))
    #expect(try Stage.order(in: stage.session.takeByStaff(nil, at: Stage.at(4)))?.means == .taken(.unnamed))
  }

  @Test func `A face that used up its tries pays no more, by the right tail or by the face alone`() throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    useUp(&stage, from: 1)
    #expect(stage.type(father, at: 4) == [])
    #expect(stage.see(stage.twins, at: 5) == [])
    let sure = Identification(
      track: 1, user: stage.twins[0].user, evidence: .sample, facePresentAt: .start)
    #expect(stage.receive(.identified(sure), at: 6) == [])
    // However long it stays.
    #expect(stage.see(stage.twins, at: 1_000) == [])
    #expect(stage.session.notice == .notToldApart(.triesUsedUp))
  }

  @Test func `Going away and coming back gives no fresh tries, for minutes`() throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    stage.type(Stage.wrong, at: 1)
    stage.type(Stage.wrong, at: 2)
    stage.receive(.faceLeft(track: 1), at: 3)
    stage.receive(.tick, at: 11)
    _ = stage.see(stage.twins, track: 2, at: 12)
    #expect(stage.triesLeft == 1)
    stage.type(Stage.wrong, at: 13)
    stage.receive(.faceLeft(track: 2), at: 14)
    _ = stage.see(stage.twins, track: 3, at: 312.9)
    #expect(stage.session.notice == .notToldApart(.triesUsedUp))
    stage.receive(.faceLeft(track: 3), at: 312.95)
    #expect(stage.see(stage.twins, track: 4, at: 313) == [.phoneTailAsked])
    #expect(stage.triesLeft == 3)
  }

  @Test func `Another circle of look-alikes around the same person gives no fresh tries`() throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    useUp(&stage, from: 1)
    stage.receive(.faceLeft(track: 1), at: 5)
    let third = try LibraryPerson.sample("s00009", .sample("aunt", tail: "2468"))
    #expect(stage.see([stage.twins[1], third], track: 2, at: 6) == [])
    #expect(stage.session.notice == .notToldApart(.triesUsedUp))
  }

  @Test func `A right tail between wrong ones gives no fresh tries`() throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    stage.type(Stage.wrong, at: 1)
    stage.type(Stage.wrong, at: 2)
    _ = try stage.book(stage.type(father, at: 3), at: 3)
    stage.receive(.faceLeft(track: 1), at: 4)
    _ = try stage.present(stage.twins, track: 2, at: 20)
    #expect(stage.triesLeft == 1)
  }

  @Test func `Other look-alikes have tries of their own`() throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    useUp(&stage, from: 1)
    stage.receive(.faceLeft(track: 1), at: 5)
    let others = [
      try LibraryPerson.sample("s00011", TwinStage.mother),
      try LibraryPerson.sample("s00012", TwinStage.father),
    ]
    #expect(stage.see(others, track: 2, at: 6) == [.phoneTailAsked])
    #expect(stage.triesLeft == 3)
  }
}

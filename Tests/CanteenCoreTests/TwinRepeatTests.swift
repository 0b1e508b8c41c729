import CanteenCore
import CanteenTestSupport
import Testing

/// I2 for look-alikes: a twin does not slip around the repeat guard of the other.
struct TwinRepeatTests {
  private typealias Stage = TwinStage
  private let mother = TwinStage.mother.phoneTail
  private let father = TwinStage.father.phoneTail

  @Test func `I2: on one account, the face that paid as one twin does not pay as the other`() throws {
    var stage = try Stage()
    _ = try stage.book(stage.present(stage.brothers, at: 0), at: 0)
    stage.receive(.faceLeft(track: 1), at: 1)
    #expect(Stage.order(in: try stage.present(stage.brothers.reversed(), track: 2, at: 2)) == nil)
    #expect(stage.session.notice == .objected(stage.brothers[1].user, [.justCharged], mayOverride: true))
    let clear = Identification(
      track: 2, user: stage.brothers[1].user, evidence: .sample, facePresentAt: .start)
    #expect(stage.receive(.identified(clear), at: 3) == [])
    stage.receive(.faceLeft(track: 2), at: 5)
    #expect(Stage.order(in: try stage.present(stage.brothers.reversed(), track: 3, at: 61)) != nil)
  }

  @Test func `I2: a face that was charged and still stands there pays nothing by the other twin's tail`()
    throws
  {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    _ = try stage.book(stage.type(mother, at: 1), at: 1)
    stage.receive(.tick, at: 5)
    _ = try stage.present(stage.twins, at: 90)
    #expect(stage.type(father, at: 91) == [])
    #expect(stage.session.notice == .objected(stage.twins[0].user, [.justCharged], mayOverride: true))
  }

  @Test func `I2: a face that paid as one twin by face alone does not pay as the other by the tail`() throws {
    var stage = try Stage()
    _ = try stage.session.key(.manual(Fen(1200)), at: .start)
    stage.receive(.facePresent(track: 1), at: 0)
    let sure = Identification(
      track: 1, user: stage.twins[0].user, evidence: .sample, facePresentAt: .start)
    _ = try stage.book(stage.receive(.identified(sure), at: 0), at: 0)
    stage.receive(.tick, at: 5)
    _ = try stage.present(stage.twins, at: 90)
    #expect(Stage.order(in: stage.type(father, at: 91)) == nil)
    #expect(stage.session.notice == .objected(stage.twins[1].user, [.justCharged], mayOverride: true))
  }

  @Test func `The other twin, next in line, pays by the own tail at once`() throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    _ = try stage.book(stage.type(mother, at: 1), at: 1)
    stage.receive(.faceLeft(track: 1), at: 2)
    _ = try stage.present(stage.twins, track: 2, at: 3)
    #expect(Stage.order(in: stage.type(father, at: 4))?.identification?.user == stage.twins[1].user)
  }

  @Test func `I2: the same twin, back under a new track, is refused by the cooldown`() throws {
    var stage = try Stage()
    _ = try stage.present(stage.twins, at: 0)
    _ = try stage.book(stage.type(mother, at: 1), at: 1)
    stage.receive(.faceLeft(track: 1), at: 2)
    _ = try stage.present(stage.twins, track: 2, at: 3)
    #expect(Stage.order(in: stage.type(mother, at: 4)) == nil)
    #expect(stage.session.notice == .objected(stage.twins[0].user, [.justCharged], mayOverride: true))
  }

  @Test func `Face first: a twin who paid and still stands there is neither asked nor scolded`() throws {
    var stage = try Stage(recognition: .preRecognition)
    _ = stage.see(stage.twins, at: 0)
    stage.type(mother, at: 1)
    _ = try stage.book(stage.present(stage.twins, amount: 900, at: 2), at: 2)
    stage.receive(.tick, at: 6)
    #expect(stage.see(stage.twins, at: 7) == [])
    #expect(stage.session.phase == .idle && stage.session.notice == nil)
  }

  @Test func `On one account the second twin's meal is charged to whoever had none`() throws {
    let lunch = MealPeriod(
      id: try MealPeriodID("lunch"), title: "午餐", opens: 660, closes: 780, price: Fen(12_00))
    var stage = try Stage(sells: .fixed, plan: MealPlan(periods: [lunch]))
    stage.session.dayBook.add(
      DayBook.Sale(
        user: stage.brothers[0].user.outUserID, day: SchoolTime.noon.day, personal: Fen(12_00),
        period: lunch.id))
    let order = try #require(Stage.order(in: stage.see(stage.brothers, at: 0)))
    #expect(order.identification?.user == stage.brothers[1].user)
    stage.session.dayBook.add(
      DayBook.Sale(
        user: stage.brothers[1].user.outUserID, day: SchoolTime.noon.day, personal: Fen(12_00),
        period: lunch.id))
    stage.receive(.bookingFailed(order.locked.number, reason: ""), at: 1)
    #expect(stage.see(stage.brothers, at: 2) == [])
    #expect(
      stage.session.notice == .objected(stage.brothers[0].user, [.mealTaken(lunch.id)], mayOverride: true))
  }

  @Test func `On one account a bar on either twin bars both`() throws {
    var stage = try Stage()
    stage.session.bars[stage.brothers[1].user.outUserID] = .contractEnded
    #expect(Stage.order(in: try stage.present(stage.brothers, at: 0)) == nil)
    #expect(
      stage.session.notice == .objected(stage.brothers[0].user, [.barred(.contractEnded)], mayOverride: false)
    )
  }
}

import CanteenCore
import CanteenTestSupport
import Testing

struct CheckoutSessionTests {
  private func session(
    recognition: RecognitionMode = .postRecognition, fixed: Fen? = nil
  ) throws -> CheckoutSession {
    CheckoutSession(
      settings: .init(recognition: recognition, sells: fixed == nil ? .manual : .fixed),
      rules: SaleRules(fixedPrice: fixed), numbering: try OrderNumbering(prefix: "TILL1X"), schoolTime: .noon)
  }

  private func at(_ seconds: Double) -> MonotonicInstant {
    MonotonicInstant(sinceStart: .milliseconds(Int64(seconds * 1_000)))
  }

  private func face(_ user: String = "s00001", track: Int = 1) throws -> Identification {
    Identification(
      track: track,
      user: RecognisedUser(outUserID: try OutUserID(user), platformUserID: "P1", displayName: "甲"),
      evidence: .sample, facePresentAt: .start)
  }

  private func pending(in actions: [CheckoutSession.Action]) -> CheckoutSession.PendingOrder? {
    for case .book(let order) in actions { return order }
    return nil
  }

  /// Keys an amount, lets the face be recognised and the order be written.
  private func sell(
    _ session: inout CheckoutSession, to identification: Identification, at second: Double
  ) throws -> CheckoutSession.PendingOrder? {
    _ = try session.key(.manual(Fen(1200)), at: at(second))
    _ = session.receive(.facePresent(track: identification.track), at: at(second))
    let order = pending(in: session.receive(.identified(identification), at: at(second)))
    if let order { _ = session.receive(.booked(order.locked.number), at: at(second)) }
    return order
  }

  @Test func `Amount first: the recognised face books the locked amount under its number`() throws {
    var session = try session()
    #expect(try session.key(.manual(Fen(1250)), at: at(1)) == [.amountLocked])
    guard case .awaitingFace(let locked) = session.phase else {
      Issue.record("no amount locked")
      return
    }
    let order = try #require(pending(in: session.receive(.identified(face()), at: at(2))))
    #expect(order.locked == locked)
    #expect(order.locked.amount == Fen(1250))
    #expect(session.receive(.booked(locked.number), at: at(2)) == [.matched])
    #expect(session.phase == .accepted(order))
  }

  @Test func `Face first: the keyed amount books for the face that was recognised`() throws {
    var session = try session(recognition: .preRecognition)
    #expect(session.receive(.identified(try face()), at: at(1)) == [.matched])
    #expect(try session.key(.manual(Fen(900)), at: at(3)) == [.amountLocked])
    let order = try #require(pending(in: session.receive(.identified(try face()), at: at(3.2))))
    #expect(order.means == .face(try face(), .preRecognition))
  }

  @Test func `Face first: a face that left is forgotten before the next one could pay for it`() throws {
    var session = try session(recognition: .preRecognition)
    _ = session.receive(.facePresent(track: 1), at: at(0))
    _ = session.receive(.identified(try face()), at: at(1))
    _ = session.receive(.faceLeft(track: 1), at: at(2))
    _ = session.receive(.tick, at: at(6.9))
    #expect(session.phase == .recognised(try face()))
    _ = session.receive(.tick, at: at(7))
    #expect(session.phase == .idle)
    #expect(try session.key(.manual(Fen(900)), at: at(8)) == [.amountLocked])
  }

  @Test func `Face first: whoever steps up before the one who was greeted does not eat at their cost`() throws
  {
    var session = try session(recognition: .preRecognition)
    _ = session.receive(.facePresent(track: 1), at: at(0))
    _ = session.receive(.identified(try face()), at: at(1))
    _ = session.receive(.facePresent(track: 2), at: at(2))
    #expect(session.phase == .idle)
    #expect(try session.key(.manual(Fen(900)), at: at(3)) == [.amountLocked])
  }

  @Test func `Face first: a name goes at once with its face when somebody else is still there`() throws {
    var session = try session(recognition: .preRecognition)
    _ = session.receive(.facePresent(track: 2), at: at(0))
    _ = session.receive(.facePresent(track: 1), at: at(0))
    _ = session.receive(.identified(try face()), at: at(1))
    _ = session.receive(.faceLeft(track: 1), at: at(2))
    #expect(session.phase == .idle)
  }

  @Test func `Nothing is accepted before it is written`() throws {
    var session = try session()
    _ = try session.key(.manual(Fen(1200)), at: at(0))
    let order = try #require(pending(in: session.receive(.identified(face()), at: at(1))))
    #expect(session.phase == .booking(order))
    _ = session.receive(.booked(try OutTradeNumber("ANOTHER")), at: at(1))
    #expect(session.phase == .booking(order))
  }

  @Test func `A failed write keeps the number, so that the retry is the same order`() throws {
    var session = try session()
    _ = try session.key(.manual(Fen(1200)), at: at(0))
    let first = try #require(pending(in: session.receive(.identified(face()), at: at(1))))
    _ = session.receive(.bookingFailed(first.locked.number, reason: "disk full"), at: at(1))
    #expect(session.notice == .bookingFailed(reason: "disk full"))
    let second = try #require(pending(in: session.receive(.identified(face()), at: at(2))))
    #expect(second.locked == first.locked)
  }

  @Test func `The same face is not charged twice while it stands there`() throws {
    var session = try session()
    #expect(try sell(&session, to: face(), at: 0) != nil)
    #expect(try sell(&session, to: face(), at: 90) == nil)
    #expect(session.notice == .objected(try face().user, [.justCharged], mayOverride: true))
  }

  @Test func `The same user is not charged twice within the cooldown, whatever the track`() throws {
    var session = try session()
    #expect(try sell(&session, to: face(), at: 0) != nil)
    _ = session.receive(.faceLeft(track: 1), at: at(5))
    #expect(try sell(&session, to: face(track: 2), at: 59) == nil)
    #expect(try sell(&session, to: face(track: 2), at: 61) == nil, "it has been there since")
    _ = session.receive(.faceLeft(track: 2), at: at(62))
    #expect(try sell(&session, to: face(track: 3), at: 63) != nil)
  }

  @Test func `Staff may allow one repeat, and only one`() throws {
    var session = try session()
    #expect(try sell(&session, to: face(), at: 0) != nil)
    session.allowRepeat(at: at(1))
    #expect(try sell(&session, to: face(), at: 2) == nil, "a word before there is an amount is for none")
    session.allowRepeat(at: at(3))
    let again = try #require(pending(in: session.receive(.identified(try face()), at: at(3))))
    _ = session.receive(.booked(again.locked.number), at: at(3))
    #expect(try sell(&session, to: face(), at: 4) == nil)
  }

  @Test func `Another user is served at once`() throws {
    var session = try session()
    #expect(try sell(&session, to: face(), at: 0) != nil)
    #expect(try sell(&session, to: face("s00002", track: 2), at: 1) != nil)
  }

  @Test func `A fixed amount locks when a face appears and is let go when it leaves unrecognised`() throws {
    var session = try session(fixed: Fen(1200))
    #expect(session.receive(.facePresent(track: 7), at: at(0)) == [.amountLocked])
    _ = session.receive(.notRecognised(track: 7), at: at(1))
    #expect(session.notice == .notRecognised)
    #expect(session.receive(.faceLeft(track: 7), at: at(2)) == [.amountReleased])
    #expect(session.phase == .idle)
  }

  private func waitingNumber(_ session: CheckoutSession) -> OutTradeNumber? {
    session.phase.waitingAmount?.number
  }

  @Test
  func `At a fixed price the next in line gets an amount of their own as soon as the first was refused`()
    throws
  {
    var session = try session(fixed: Fen(1200))
    _ = session.receive(.facePresent(track: 1), at: at(0))
    let first = waitingNumber(session)
    let round = session.identificationRound
    #expect(session.receive(.facePresent(track: 2), at: at(1)) == [], "the first is not decided yet")
    _ = session.receive(.facePresent(track: 1), at: at(1.2))
    _ = session.receive(.notRecognised(track: 1), at: at(1.5))
    #expect(waitingNumber(session) == first, "nobody else is nearest")
    #expect(session.receive(.facePresent(track: 2), at: at(2)) == [.amountReleased, .amountLocked])
    #expect(waitingNumber(session) != nil && waitingNumber(session) != first)
    #expect(session.identificationRound?.number != round?.number, "it is bound anew")
    #expect(
      pending(in: session.receive(.identified(try face(track: 2)), at: at(3)))?.locked.amount == Fen(1200))
  }

  @Test func `At a fixed price whoever is nearest when the first leaves gets an amount at once`() throws {
    var session = try session(fixed: Fen(1200))
    _ = session.receive(.facePresent(track: 1), at: at(0))
    let first = waitingNumber(session)
    _ = session.receive(.facePresent(track: 2), at: at(1))
    #expect(session.receive(.faceLeft(track: 1), at: at(2)) == [.amountReleased, .amountLocked])
    #expect(waitingNumber(session) != nil && waitingNumber(session) != first)
  }

  @Test func `At a fixed price a cancelled amount is not locked again for the same face, but for the next`()
    throws
  {
    var session = try session(fixed: Fen(1200))
    _ = session.receive(.facePresent(track: 1), at: at(0))
    _ = session.receive(.cancelled, at: at(1))
    #expect(session.phase == .idle)
    #expect(session.receive(.facePresent(track: 2), at: at(2)) == [.amountLocked])
  }

  @Test func `At a fixed price staff allow a repeat to the face that stands there`() throws {
    var session = try session(fixed: Fen(1200))
    _ = session.receive(.facePresent(track: 1), at: at(0))
    let first = try #require(pending(in: session.receive(.identified(try face()), at: at(1))))
    _ = session.receive(.booked(first.locked.number), at: at(1))
    _ = session.receive(.faceLeft(track: 1), at: at(2))
    _ = session.receive(.tick, at: at(9))
    _ = session.receive(.facePresent(track: 2), at: at(10))
    #expect(pending(in: session.receive(.identified(try face(track: 2)), at: at(10))) == nil)
    session.allowRepeat(at: at(11))
    #expect(pending(in: session.receive(.identified(try face(track: 2)), at: at(12))) != nil)
  }

  @Test func `An amount that is keyed stays for the face that left, and is keyed again for another`() throws {
    var session = try session()
    _ = try session.key(.manual(Fen(1250)), at: at(0))
    _ = session.receive(.facePresent(track: 1), at: at(0.5))
    let (number, round) = (waitingNumber(session), session.identificationRound)
    _ = session.receive(.faceLeft(track: 1), at: at(1))
    _ = session.receive(.facePresent(track: 2), at: at(2))
    #expect(session.identificationRound?.number == round?.number)
    _ = try session.key(.manual(Fen(1250)), at: at(3))
    #expect(session.identificationRound?.number != round?.number)
    #expect(waitingNumber(session) == number)
  }

  @Test func `Who has just paid and stays is named to recognition, until staff let them pay again`() throws {
    var session = try session()
    _ = try sell(&session, to: face(), at: 0)
    _ = try session.key(.manual(Fen(800)), at: at(1))
    #expect(session.identificationRound?.served == [1])
    session.allowRepeat(at: at(2))
    #expect(session.identificationRound?.served == [])
  }

  @Test func `A word of staff for one amount lets nobody repeat another`() throws {
    var session = try session()
    _ = try sell(&session, to: face(), at: 0)
    _ = try session.key(.manual(Fen(800)), at: at(1))
    _ = session.receive(.repeatAllowed(try OutTradeNumber("ANOTHER-0001")), at: at(2))
    #expect(session.identificationRound?.served == [1])
  }

  @Test func `An amount that met somebody who has just paid is for the next, however they come back`() throws
  {
    var session = try session()
    _ = try sell(&session, to: face(), at: 0)
    _ = session.receive(.faceLeft(track: 1), at: at(0.5))
    _ = try session.key(.manual(Fen(800)), at: at(1))
    let round = session.identificationRound
    #expect(round?.served == [])
    _ = session.receive(.facePresent(track: 7), at: at(1))
    _ = session.receive(.identified(try face(track: 7)), at: at(2))
    #expect(session.identificationRound?.served == [7])
    #expect(session.identificationRound?.number != round?.number)
  }

  @Test func `With a fixed amount the next in line is served while the last result still shows`() throws {
    var session = try session(fixed: Fen(1200))
    _ = session.receive(.facePresent(track: 1), at: at(0))
    let first = try #require(pending(in: session.receive(.identified(face()), at: at(0))))
    _ = session.receive(.booked(first.locked.number), at: at(0))
    _ = session.receive(.faceLeft(track: 1), at: at(1))
    #expect(session.receive(.facePresent(track: 2), at: at(1.5)) == [.amountLocked])
    let second = try #require(
      pending(in: session.receive(.identified(face("s00002", track: 2)), at: at(1.6))))
    #expect(second.locked.number != first.locked.number)
  }

  @Test func `Who stood there before faces were accepted need not step away, who left owes nothing`() throws {
    var session = try session(fixed: Fen(1200))
    _ = session.receive(.blocked([.noLease], by: .library), at: at(0))
    #expect(session.receive(.facePresent(track: 1), at: at(1)) == [])
    #expect(session.receive(.facePresent(track: 2), at: at(1)) == [])
    _ = session.receive(.faceLeft(track: 1), at: at(2))
    #expect(session.receive(.blocked([], by: .library), at: at(3)) == [.amountLocked])
    let order = try #require(pending(in: session.receive(.identified(face(track: 2)), at: at(4))))
    _ = session.receive(.booked(order.locked.number), at: at(4))
    _ = session.receive(.tick, at: at(60))
    _ = session.receive(.blocked([.noLease], by: .library), at: at(61))
    #expect(session.receive(.blocked([], by: .library), at: at(62)) == [], "who paid is not asked again")
  }

  @Test func `With a fixed amount the face that just paid does not open a new order`() throws {
    var session = try session(fixed: Fen(1200))
    _ = session.receive(.facePresent(track: 1), at: at(0))
    let order = try #require(pending(in: session.receive(.identified(face()), at: at(0))))
    _ = session.receive(.booked(order.locked.number), at: at(0))
    #expect(session.receive(.facePresent(track: 1), at: at(1)) == [])
  }

  @Test func `While faces are blocked none is charged, and staff can still take the money`() throws {
    var session = try session()
    _ = session.receive(.blocked([.leaseExpired], by: .library), at: at(0))
    _ = try session.key(.manual(Fen(500)), at: at(1))
    #expect(session.receive(.identified(try face()), at: at(2)) == [])
    let order = try #require(pending(in: session.takeByStaff(nil, at: at(3))))
    #expect(order.means == .taken(.unnamed))
    #expect(order.locked.amount == Fen(500))
  }

  @Test func `A timed-out session lets the amount go and tells staff`() throws {
    var session = try session()
    _ = try session.key(.manual(Fen(500)), at: at(0))
    #expect(session.receive(.sessionTimedOut, at: at(60)) == [.amountReleased])
    #expect(session.notice == .sessionTimedOut)
    #expect(session.receive(.identified(try face()), at: at(61)) == [])
  }

  @Test(arguments: [
    (Fen(0), AmountError.notPositive), (Fen(-5), .notPositive),
    (Fen(10_001), .overOrderLimit(limit: Fen(10_000))),
  ])
  func `An amount outside the limits is refused and nothing is locked`(amount: Fen, reason: AmountError)
    throws
  {
    var session = try session()
    #expect(throws: CheckoutRefusal.amount(reason)) { try session.key(.manual(amount), at: at(0)) }
    #expect(session.phase == .idle)
  }

  @Test func `The result leaves the screen after its time`() throws {
    var session = try session()
    _ = try sell(&session, to: face(), at: 0)
    _ = session.receive(.tick, at: at(3.9))
    #expect(session.phase != .idle)
    _ = session.receive(.tick, at: at(4))
    #expect(session.phase == .idle)
  }
}

/// What speaks against a sale, and how staff get it through.
struct ObjectionTests {
  private func session(limits: SpendingLimits = SpendingLimits(of: .unnamed)) throws -> CheckoutSession {
    CheckoutSession(
      settings: .init(sells: .fixed),
      rules: SaleRules(
        plan: MealPlan(periods: [
          MealPeriod(
            id: try MealPeriodID("lunch"), title: "午餐", opens: 660, closes: 780, price: Fen(12_00))
        ]), limits: limits), numbering: try OrderNumbering(prefix: "TILL1X"), schoolTime: .noon)
  }

  private func face(track: Int) throws -> Identification {
    Identification(
      track: track,
      user: RecognisedUser(outUserID: try OutUserID("s00001"), platformUserID: "P1", displayName: "甲"),
      evidence: .sample, facePresentAt: .start)
  }

  private func present(_ track: Int, to session: inout CheckoutSession) throws -> CheckoutSession
    .PendingOrder?
  {
    _ = session.receive(.facePresent(track: track), at: .start)
    for case .book(let order) in session.receive(.identified(try face(track: track)), at: .start) {
      return order
    }
    return nil
  }

  @Test func `A second meal waits for an operator's word, and the order keeps who gave it and why`() throws {
    var session = try session()
    session.dayBook.add(
      DayBook.Sale(
        user: try OutUserID("s00001"), day: SchoolTime.noon.day, personal: Fen(12_00),
        period: try MealPeriodID("lunch")))
    #expect(try present(1, to: &session) == nil)
    #expect(
      session.notice
        == .objected(try face(track: 1).user, [.mealTaken(try MealPeriodID("lunch"))], mayOverride: true))
    let word = StaffOverride(operatorID: try OperatorID("anna"), reason: "a guest")
    let sale = try #require(ObjectedSale(session.phase, session.notice))
    _ = session.receive(.overridden(word, of: sale), at: .start)
    let order = try #require(try present(1, to: &session))
    #expect(order.staffOverride?.operatorID == word.operatorID)
    #expect(order.staffOverride?.objections == ["meal_taken"])
    _ = session.receive(.booked(order.locked.number), at: .start)
    _ = session.receive(.faceLeft(track: 1), at: .start)
    #expect(try present(2, to: &session) == nil)
  }

  @Test func `An operator's word is for the user it was given for`() throws {
    var session = try session()
    let word = StaffOverride(operatorID: try OperatorID("anna"), reason: "a guest")
    let (first, second) = (try OutUserID("s00001"), try OutUserID("s00002"))
    for user in [first, second] {
      session.dayBook.add(
        DayBook.Sale(
          user: user, day: SchoolTime.noon.day, personal: Fen(12_00), period: try MealPeriodID("lunch")))
    }
    #expect(try present(1, to: &session) == nil)
    let sale = try #require(ObjectedSale(session.phase, session.notice))
    _ = session.receive(.overridden(word, of: sale), at: .start)
    let other = Identification(
      track: 2, user: RecognisedUser(outUserID: second, platformUserID: "P2", displayName: "乙"),
      evidence: .sample, facePresentAt: .start)
    #expect(session.receive(.identified(other), at: .start) == [])
    #expect(try present(1, to: &session) != nil)
  }

  @Test func `A barred user is refused even with an operator's word`() throws {
    var session = try session()
    session.bars = [try OutUserID("s00001"): .contractEnded]
    #expect(try present(1, to: &session) == nil)
    let number = try #require(session.phase.waitingAmount?.number)
    _ = session.receive(
      .overridden(
        StaffOverride(operatorID: try OperatorID("anna"), reason: "please"),
        of: ObjectedSale(
          number: number, user: try OutUserID("s00001"), objections: [.barred(.contractEnded)])), at: .start)
    #expect(try present(1, to: &session) == nil)
    #expect(
      session.notice == .objected(try face(track: 1).user, [.barred(.contractEnded)], mayOverride: false))
  }

  @Test func `I2: who was charged just before the till started again is not charged again at once`() throws {
    var session = try session()
    session.resume(chargeOf: try OutUserID("s00001"), at: .start)
    #expect(try present(1, to: &session) == nil)
  }

  @Test func `Outside its meals a till that prices by itself sells nothing`() throws {
    var session = try session()
    session.schoolTime = MealPlan.unplanned.schoolTime(Timestamp(millisecondsSince1970: 1_795_158_000_000))
    #expect(session.receive(.facePresent(track: 1), at: .start) == [])
    #expect(session.phase == .idle)
  }
}

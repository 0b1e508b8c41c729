import CanteenCore
import CanteenTestSupport
import Testing

/// An amount is for one person: what happens to it must not hand it to another, or charge one twice.
struct WhoseAmountTests {
  private typealias Session = CheckoutSession

  private let first = RecognisedUser.named("s00001")
  private let second = RecognisedUser.named("s00002")
  private let code = PaymentCode("134567890123456789")

  private func session(_ sells: AmountMode = .manual, recognition: RecognitionMode = .postRecognition) throws
    -> Session
  {
    var session = Session(
      settings: .init(recognition: recognition, sells: sells),
      rules: SaleRules(fixedPrice: sells == .fixed ? Fen(9_00) : nil),
      numbering: try OrderNumbering(prefix: "TILL1X"), schoolTime: .noon)
    session.means = MeansOffered(paymentCodes: true, schoolAccounts: true)
    return session
  }

  private func at(_ seconds: Double) -> MonotonicInstant {
    MonotonicInstant(sinceStart: .milliseconds(Int64(seconds * 1_000)))
  }

  private func seen(_ user: RecognisedUser, _ track: Int) -> Session.Event {
    .identified(Identification(track: track, user: user, evidence: .sample, facePresentAt: .start))
  }

  private func booking(in actions: [Session.Action]) -> Session.PendingOrder? {
    for case .book(let order) in actions { return order }
    return nil
  }

  /// Lets the order be written that these actions ask for.
  private func book(_ actions: [Session.Action], in session: inout Session, at second: Double) throws {
    let order = try #require(booking(in: actions))
    _ = session.receive(.booked(order.locked.number), at: at(second))
  }

  private func attempt(_ session: inout Session) throws -> Session.CodeAttempt {
    _ = try session.show(#require(code), at: at(2))
    return try #require(session.phase.codeAttempt)
  }

  // MARK: An old amount meets a new face

  @Test func `After a refused code no face pays before staff give the amount to whoever stands there`() throws
  {
    var session = try session()
    _ = try session.key(.manual(Fen(25_00)), at: at(0))
    let code = try attempt(&session)
    _ = session.receive(.codeAnswered(code.number, .notCharged(reason: "no money")), at: at(40))
    #expect(session.identificationRound == nil)
    #expect(booking(in: session.receive(seen(second, 2), at: at(41))) == nil)
    #expect(try session.offerAgain(at: at(42)) == [.amountLocked])
    #expect(booking(in: session.receive(seen(second, 2), at: at(43)))?.locked.amount == Fen(25_00))
  }

  @Test func `What a code from before a restart did not pay is nobody's who comes later`() throws {
    var earlier = try session()
    _ = try earlier.key(.manual(Fen(25_00)), at: at(0))
    let old = try attempt(&earlier)
    var session = try session()
    session.resume(
      unclear: Order(
        outTradeNumber: old.number, amount: Fen(25_00), subsidy: .zero, amountMode: .manual, lines: [],
        period: nil, day: SchoolTime.noon.day, acceptedAt: Timestamp(millisecondsSince1970: 0),
        timeQuality: .trusted,
        means: PaymentMeans(payer: .nobody, collection: .paymentCode(old.receipt(transactionID: nil))),
        operatorID: nil, shift: nil, staffOverride: nil), at: at(0))
    _ = session.receive(.codeAnswered(old.number, .notCharged(reason: "expired")), at: at(9))
    #expect(session.identificationRound == nil)
    #expect(booking(in: session.receive(seen(first, 1), at: at(10))) == nil)
  }

  @Test func `Money that staff took is not asked of a face when the ledger failed`() throws {
    var session = try session()
    let taken = try #require(booking(in: session.takeByStaff(.manual(Fen(8_00)), as: .cash, at: at(1))))
    _ = session.receive(.bookingFailed(taken.locked.number, reason: "disk full"), at: at(1))
    #expect(session.identificationRound == nil)
    #expect(booking(in: session.receive(seen(first, 1), at: at(2))) == nil)
    let again = try #require(booking(in: session.takeByStaff(nil, as: .cash, at: at(3))))
    #expect(again.locked.number == taken.locked.number, "the retry is the same order")
  }

  @Test func `An amount keeps its owner through a failed booking, a blocker and a word of the staff`() throws
  {
    var session = try session()
    _ = session.receive(.blocked([.leaseExpired], by: .lease), at: at(0))
    _ = try session.key(.manual(Fen(25_00)), at: at(0))
    let round = try #require(session.identificationRound)
    #expect(!round.wantsNames, "the amount gets its owner while no face may pay")
    _ = session.receive(.blocked([], by: .lease), at: at(1))
    let booked = try #require(booking(in: session.receive(seen(first, 1), at: at(2))))
    _ = session.receive(.bookingFailed(booked.locked.number, reason: "disk"), at: at(3))
    #expect(session.identificationRound?.amount == round.amount)
    session.allowRepeat(at: at(4))
    #expect(session.identificationRound?.amount == round.amount)
    _ = try session.offerAgain(at: at(5))
    #expect(session.identificationRound?.amount != round.amount)
  }

  @Test func `Whoever was greeted pays only when seen again once there is an amount`() throws {
    var session = try session(recognition: .preRecognition)
    _ = session.receive(.facePresent(track: 1), at: at(0))
    #expect(session.receive(seen(first, 1), at: at(1)) == [.matched])
    _ = session.receive(.faceLeft(track: 1), at: at(2))
    #expect(try session.key(.manual(Fen(9_00)), at: at(3)) == [.amountLocked])
    #expect(booking(in: session.receive(seen(second, 2), at: at(4)))?.user == second)
  }

  // MARK: The word of an operator

  @Test func `An operator's word for one amount carries no other, and none for another pupil`() throws {
    var session = try session()
    session.rules.limits = SpendingLimits(of: .unnamed)
    for user in [first, second] { session.resume(chargeOf: user.outUserID, at: at(0)) }
    _ = try session.key(.manual(Fen(1_00)), at: at(1))
    _ = session.receive(seen(first, 1), at: at(2))
    let sale = try #require(ObjectedSale(session.phase, session.notice))
    let word = StaffOverride(operatorID: try OperatorID("anna"), reason: "second helping")
    _ = session.receive(seen(second, 2), at: at(3))
    _ = session.receive(.overridden(word, of: sale), at: at(4))
    #expect(booking(in: session.receive(seen(second, 2), at: at(5))) == nil, "it was for the first")
    _ = session.receive(seen(first, 1), at: at(6))
    _ = session.receive(
      .overridden(word, of: try #require(ObjectedSale(session.phase, session.notice))), at: at(7))
    _ = try session.key(.manual(Fen(99_00)), at: at(8))
    #expect(booking(in: session.receive(seen(first, 1), at: at(9))) == nil, "it was for ¥1.00")
  }

  @Test func `An allowed repeat is over with the sale it was given in`() throws {
    for ends in [Session.Event.cancelled, .sessionTimedOut, .cameraClosed] {
      var session = try session()
      _ = try session.key(.manual(Fen(5_00)), at: at(0))
      try book(session.receive(seen(first, 1), at: at(1)), in: &session, at: 1)
      _ = try session.key(.manual(Fen(5_00)), at: at(2))
      session.allowRepeat(at: at(2))
      _ = session.receive(ends, at: at(3))
      _ = try session.key(.manual(Fen(5_00)), at: at(4))
      #expect(booking(in: session.receive(seen(first, 1), at: at(5))) == nil, "\(ends)")
    }
  }

  // MARK: Nobody twice

  @Test func `At a fixed price whoever paid in cash or by code is not asked by the face as well`() throws {
    var cash = try session(.fixed)
    _ = cash.receive(.blocked([.leaseExpired], by: .lease), at: at(0))
    _ = cash.receive(.facePresent(track: 1), at: at(1))
    try book(cash.takeByStaff(.fixed, as: .cash, at: at(2)), in: &cash, at: 2)
    #expect(cash.receive(.blocked([], by: .lease), at: at(3)) == [])

    var byCode = try session(.fixed)
    _ = byCode.receive(.facePresent(track: 1), at: at(0))
    let code = try attempt(&byCode)
    try book(
      byCode.receive(.codeAnswered(code.number, .charged(transactionID: "T")), at: at(3)), in: &byCode, at: 3)
    _ = byCode.receive(.faceLeft(track: 1), at: at(4))
    _ = byCode.receive(.facePresent(track: 2), at: at(4.2))
    _ = byCode.receive(.cameBack(track: 2, from: 1), at: at(4.3))
    #expect(byCode.phase == .idle)
    #expect(byCode.receive(.facePresent(track: 3), at: at(5)) == [.amountLocked], "the next is served")
  }

  @Test func `Who looked down after paying and stays is not charged when the cooldown is over`() throws {
    for sells in [AmountMode.manual, .fixed] {
      var session = try session(sells)
      _ = session.receive(.facePresent(track: 1), at: at(0))
      if sells == .manual { _ = try session.key(.manual(Fen(9_00)), at: at(0)) }
      try book(session.receive(seen(first, 1), at: at(0)), in: &session, at: 0)
      _ = session.receive(.faceLeft(track: 1), at: at(2))
      _ = session.receive(.facePresent(track: 2), at: at(2.5))
      if sells == .manual { _ = try session.key(.manual(Fen(9_00)), at: at(3)) }
      #expect(booking(in: session.receive(seen(first, 2), at: at(3))) == nil)
      #expect(booking(in: session.receive(seen(first, 2), at: at(61))) == nil)
    }
  }

  @Test func `A face that was charged is not charged under another name while it stays`() throws {
    var session = try session()
    _ = session.receive(.facePresent(track: 1), at: at(0))
    _ = try session.key(.manual(Fen(9_00)), at: at(0))
    try book(session.receive(seen(first, 1), at: at(1)), in: &session, at: 1)
    _ = try session.key(.manual(Fen(9_00)), at: at(90))
    #expect(booking(in: session.receive(seen(second, 1), at: at(91))) == nil)
    _ = session.receive(.faceLeft(track: 1), at: at(92))
    #expect(booking(in: session.receive(seen(second, 2), at: at(93))) != nil)
  }

  @Test func `A card does not make forgotten that the face which paid is still there`() throws {
    var session = try session()
    _ = session.receive(.facePresent(track: 1), at: at(0))
    _ = try session.key(.manual(Fen(9_00)), at: at(0))
    try book(session.receive(seen(first, 1), at: at(1)), in: &session, at: 1)
    _ = try session.key(.manual(Fen(5_00)), at: at(2))
    session.allowRepeat(at: at(2))
    try book(session.pay(by: .card(first), at: at(3)), in: &session, at: 3)
    _ = try session.key(.manual(Fen(9_00)), at: at(90))
    #expect(booking(in: session.receive(seen(first, 1), at: at(91))) == nil)
  }

  @Test func `After a restart a charged pupil counts as present until nobody is there`() throws {
    var session = try session()
    session.resume(chargeOf: first.outUserID, at: at(0))
    _ = try session.key(.manual(Fen(9_00)), at: at(70))
    #expect(booking(in: session.receive(seen(first, 1), at: at(71))) == nil)
    var other = try self.session()
    other.resume(chargeOf: first.outUserID, at: at(0))
    other.sawNobody()
    _ = try other.key(.manual(Fen(9_00)), at: at(70))
    #expect(booking(in: other.receive(seen(first, 1), at: at(71))) != nil)
  }

  // MARK: The queue goes on at a fixed price

  @Test func `Whoever recognition says owns the amount is whose departure lets it go`() throws {
    var session = try session(.fixed)
    _ = session.receive(.facePresent(track: 1), at: at(0))
    _ = session.receive(.facePresent(track: 2), at: at(1))
    _ = session.receive(.ownsAmount(track: 2), at: at(1))
    _ = session.receive(.notRecognised(track: 2), at: at(2))
    #expect(session.receive(.facePresent(track: 1), at: at(3)) == [.amountReleased, .amountLocked])
    var other = try self.session(.fixed)
    _ = other.receive(.facePresent(track: 1), at: at(0))
    _ = other.receive(.facePresent(track: 2), at: at(1))
    _ = other.receive(.ownsAmount(track: 2), at: at(1))
    _ = other.receive(.facePresent(track: 1), at: at(2))
    #expect(other.receive(.faceLeft(track: 2), at: at(2)) == [.amountReleased, .amountLocked])
  }

  @Test func `Who became nearest while a code was decided, or before the price was known, is served`() throws
  {
    var session = try session(.fixed)
    _ = session.receive(.facePresent(track: 1), at: at(0))
    let code = try attempt(&session)
    _ = session.receive(.facePresent(track: 2), at: at(3))
    let charged = session.receive(.codeAnswered(code.number, .charged(transactionID: "T")), at: at(4))
    let order = try #require(booking(in: charged))
    #expect(session.receive(.booked(order.locked.number), at: at(4)).contains(.amountLocked))

    var early = try self.session(.fixed)
    early.rules.fixedPrice = nil
    #expect(early.receive(.facePresent(track: 1), at: at(0)) == [])
    early.rules.fixedPrice = Fen(9_00)
    #expect(early.receive(.tick, at: at(1)) == [.amountLocked])
  }

  @Test func `A key that cancels nothing keeps nobody from the next amount`() throws {
    var session = try session(.fixed)
    _ = session.receive(.facePresent(track: 1), at: at(0))
    let code = try attempt(&session)
    _ = session.receive(.cancelled, at: at(3))
    let refused = session.receive(.codeAnswered(code.number, .notCharged(reason: "no money")), at: at(4))
    #expect(refused.contains(.amountLocked))
  }

  @Test func `A pupil to whom nothing can be sold holds up nobody`() throws {
    var session = try session(.fixed)
    _ = session.receive(.facePresent(track: 1), at: at(0))
    _ = session.receive(.facePresent(track: 2), at: at(1))
    session.bars[first.outUserID] = .blocked
    #expect(session.receive(seen(first, 1), at: at(2)).contains(.amountLocked))
  }
}

extension RecognisedUser {
  fileprivate static func named(_ id: String) -> RecognisedUser {
    guard let user = try? OutUserID(id) else { preconditionFailure("It is an id.") }
    return RecognisedUser(outUserID: user, platformUserID: "P\(id)", displayName: id)
  }
}

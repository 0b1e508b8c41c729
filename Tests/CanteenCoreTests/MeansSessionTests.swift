import CanteenCore
import CanteenTestSupport
import Testing

/// Card, PIN, name and payment code in the conversation of one till.
struct MeansSessionTests {
  private typealias Session = CheckoutSession

  private let user: RecognisedUser
  private let code: PaymentCode
  private let face: Identification

  init() throws {
    user = RecognisedUser(
      outUserID: try OutUserID("s00001"), platformUserID: "P1", displayName: "甲",
      group: try UserGroup("boarder"))
    code = try #require(PaymentCode("134567890123456789"))
    face = Identification(track: 1, user: user, evidence: .sample, facePresentAt: .start)
  }

  private func session(
    _ means: MeansOffered = MeansOffered(paymentCodes: true, schoolAccounts: true), limit: Int64 = 50_00
  ) throws -> Session {
    let lunch = MealPeriod(
      id: try MealPeriodID("lunch"), title: "午餐", opens: 11 * 60, closes: 13 * 60, price: Fen(12_00))
    let plan = MealPlan(
      periods: [lunch], subsidies: [Subsidy(group: try UserGroup("boarder"), period: nil, upTo: Fen(3_00))])
    var session = Session(
      settings: .init(),
      rules: SaleRules(plan: plan, limits: SpendingLimits(order: Fen(limit), day: Fen(100_00))),
      numbering: try OrderNumbering(prefix: "TILL1X"), schoolTime: .noon)
    session.means = means
    return session
  }

  private func at(_ seconds: Int) -> MonotonicInstant { MonotonicInstant(sinceStart: .seconds(seconds)) }

  private func booked(_ actions: [Session.Action]) -> Session.PendingOrder? {
    for case .book(let order) in actions { return order }
    return nil
  }

  /// Locks ¥12 and shows a code for it.
  private func showing(_ session: inout Session) throws -> Session.CodeAttempt {
    _ = try session.key(.manual(Fen(12_00)), at: at(1))
    _ = try session.show(code, at: at(2))
    return try #require(session.phase.codeAttempt)
  }

  // MARK: Identified without a face

  @Test func `A card pays from the school's account at the payer's price, less the subsidy`() throws {
    var session = try session()
    _ = try session.key(.manual(Fen(12_00)), at: at(1))
    let order = try #require(booked(try session.pay(by: .card(user), at: at(2))))
    #expect(order.means == .known(.card(user), .besideTill(.schoolAccount)))
    #expect(order.charge.subsidy == Fen(3_00))
    #expect(order.charge.personal == Fen(9_00))
  }

  @Test func `What speaks against a face speaks against a card, and an operator's word helps alike`() throws {
    var session = try session()
    session.dayBook.add(
      DayBook.Sale(
        user: user.outUserID, day: SchoolTime.noon.day, personal: Fen(9_00), period: try MealPeriodID("lunch")
      ))
    _ = try session.key(.manual(Fen(12_00)), at: at(1))
    #expect(try booked(session.pay(by: .card(user), at: at(2))) == nil)
    #expect(
      session.notice == .objected(user, [.mealTaken(try MealPeriodID("lunch"))], mayOverride: true))
    let word = StaffOverride(operatorID: try OperatorID("anna"), reason: "second helping")
    let sale = try #require(ObjectedSale(session.phase, session.notice))
    _ = session.receive(.overridden(word, of: sale), at: at(3))
    let order = try #require(booked(try session.pay(by: .card(user), at: at(4))))
    #expect(order.staffOverride?.objections == ["meal_taken"])
    #expect(order.charge.subsidy == .zero, "the meal's subsidy is used up")
  }

  @Test func `A barred pupil's card is refused whoever speaks for it`() throws {
    var session = try session()
    session.bars[user.outUserID] = .blocked
    _ = try session.key(.manual(Fen(12_00)), at: at(1))
    #expect(try booked(session.pay(by: .pin(user), at: at(2))) == nil)
    #expect(session.notice == .objected(user, [.barred(.blocked)], mayOverride: false))
  }

  @Test func `I2: who just paid by card is not charged again by face, nor the other way round`() throws {
    for cardFirst in [true, false] {
      var session = try session()
      func byCard() throws -> Session.PendingOrder? { booked(try session.pay(by: .card(user), at: at(2))) }
      func byFace() -> Session.PendingOrder? { booked(session.receive(.identified(face), at: at(2))) }
      _ = try session.key(.manual(Fen(5_00)), at: at(1))
      let first = try #require(cardFirst ? try byCard() : byFace())
      _ = session.receive(.booked(first.locked.number), at: at(2))
      _ = try session.key(.manual(Fen(6_00)), at: at(2))
      #expect(try (cardFirst ? byFace() : byCard()) == nil)
      guard case .objected(_, let objections, _) = session.notice else {
        Issue.record("\(String(describing: session.notice))")
        return
      }
      #expect(objections.contains(.justCharged))
    }
  }

  @Test func `Without a way to collect, or without a name, nothing is sold`() throws {
    var session = try session(.faceOnly)
    _ = try session.key(.manual(Fen(12_00)), at: at(1))
    #expect(throws: CheckoutRefusal.noWayToCollect) { try session.pay(by: .card(user), at: at(2)) }
    #expect(throws: CheckoutRefusal.noPaymentCodes) { try session.show(code, at: at(2)) }
    #expect(throws: CheckoutRefusal.nobodyNamed) {
      try session.takeByStaff(nil, as: .schoolAccount, at: at(2))
    }
    #expect(booked(try session.takeByStaff(nil, as: .cash, at: at(3)))?.means == .taken(.cash))
  }

  @Test
  func `A platform that takes a user's word is preferred, and asked for nothing while the lease is gone`()
    throws
  {
    var session = try session(MeansOffered(schoolAccounts: true, agreements: [.weChatPay]))
    _ = try session.key(.manual(Fen(12_00)), at: at(1))
    _ = session.receive(.blocked([.leaseExpired], by: .lease), at: at(1))
    #expect(throws: CheckoutRefusal.blocked(.leaseExpired)) { try session.pay(by: .card(user), at: at(2)) }
    _ = session.receive(.blocked([], by: .lease), at: at(3))
    _ = session.receive(.blocked([.cameraFailed], by: .camera), at: at(3))
    let order = try #require(booked(try session.pay(by: .card(user), at: at(4))))
    #expect(order.means == .known(.card(user), .agreement(.weChatPay)))
  }

  // MARK: Payment codes

  @Test func `A code is booked with its platform, and one of no platform is not shown to any`() throws {
    var session = try session()
    var terms = PlatformTerms.unnamed
    terms.paymentCodes = PaymentCodeForm(leastDigits: 18, mostDigits: 18, prefixes: ["13"])
    session.rules.terms = SchoolTerms([terms])
    _ = try session.key(.manual(Fen(12_00)), at: at(1))
    let foreign = try #require(PaymentCode("2812345678901234"))
    #expect(throws: CheckoutRefusal.foreignCode) { try session.show(foreign, at: at(2)) }
    let waits = if case .awaitingFace = session.phase { true } else { false }
    #expect(waits, "the amount waits for another way to pay")
    _ = try session.show(code, at: at(2))
    let attempt = try #require(session.phase.codeAttempt)
    #expect(attempt.platform == .weChatPay)
    let order = booked(
      session.receive(.codeAnswered(attempt.number, .charged(transactionID: "T1")), at: at(3)))
    #expect(
      order?.means == .code(attempt, CodeReceipt(transactionID: "T1", platform: .weChatPay)))
  }

  @Test func `A code that is charged books the meal under the code's own number`() throws {
    var session = try session()
    _ = try session.key(.manual(Fen(12_00)), at: at(1))
    let locked = try #require(session.phase.waitingAmount)
    let actions = try session.show(code, at: at(2))
    let attempt = try #require(session.phase.codeAttempt)
    #expect(actions == [.amountReleased, .collect(attempt, code)])
    #expect(attempt.number != locked.number)
    #expect(attempt.charge.amount == Fen(12_00))
    let order = try #require(
      booked(session.receive(.codeAnswered(attempt.number, .charged(transactionID: "T1")), at: at(3))))
    #expect(order.locked.number == attempt.number)
    #expect(order.means == .code(attempt, CodeReceipt(transactionID: "T1")))
  }

  @Test func `While a code is decided nothing else pays, cancels or begins`() throws {
    var session = try session()
    let attempt = try showing(&session)
    #expect(!session.wantsFaces)
    #expect(booked(session.receive(.identified(face), at: at(3))) == nil)
    for event in [
      Session.Event.cancelled, .sessionTimedOut, .cameraClosed, .facePresent(track: 2), .mealGiven,
    ] {
      _ = session.receive(event, at: at(3))
      #expect(session.phase == .awaitingPlatform(attempt), "\(event)")
    }
    #expect(throws: CheckoutRefusal.codeUnclear) { try session.key(.manual(Fen(1_00)), at: at(4)) }
    #expect(throws: CheckoutRefusal.codeUnclear) { try session.takeByStaff(nil, at: at(4)) }
    #expect(throws: CheckoutRefusal.codeUnclear) { try session.takeByStaff(.manual(Fen(1_00)), at: at(4)) }
    #expect(throws: CheckoutRefusal.codeUnclear) { try session.show(code, at: at(4)) }
    #expect(throws: CheckoutRefusal.codeUnclear) { try session.pay(by: .card(user), at: at(4)) }
  }

  @Test func `A refused code is closed, and the next one has another number`() throws {
    var session = try session()
    let first = try showing(&session)
    let actions = session.receive(.codeAnswered(first.number, .notCharged(reason: "expired")), at: at(3))
    #expect(actions == [.close(first, reason: "expired")])
    #expect(session.notice == .codeRefused(reason: "expired"))
    _ = try session.show(code, at: at(4))
    let second = try #require(session.phase.codeAttempt)
    #expect(second.number != first.number)
    #expect(session.receive(.codeAnswered(first.number, .charged(transactionID: "T")), at: at(5)).isEmpty)
    #expect(
      session.phase == .awaitingPlatform(second),
      "a late answer to an old code says nothing about the new one")
  }

  @Test func `An unclear code is asked about until somebody knows`() throws {
    var session = try session()
    let attempt = try showing(&session)
    _ = session.receive(.codeAnswered(attempt.number, .unclear(reason: "timeout")), at: at(3))
    #expect(session.phase == .unclear(attempt))
    #expect(session.receive(.tick, at: at(4)).isEmpty)
    #expect(session.receive(.tick, at: at(8)) == [.ask(attempt)])
    #expect(session.receive(.tick, at: at(13)) == [.ask(attempt)])
    let order = try #require(
      booked(session.receive(.codeAnswered(attempt.number, .charged(transactionID: "T1")), at: at(14))))
    #expect(order.locked.number == attempt.number)
  }

  @Test func `Staff decide about the meal of an unclear code: given is booked, withheld is closed`() throws {
    var given = try session()
    let first = try showing(&given)
    _ = given.receive(.codeAnswered(first.number, .unclear(reason: "timeout")), at: at(3))
    let order = try #require(booked(given.receive(.mealGiven, at: at(4))))
    #expect(order.means == .code(first, CodeReceipt(transactionID: nil)))
    #expect(given.receive(.mealGiven, at: at(4)).isEmpty, "a second tap")

    var withheld = try session()
    let second = try showing(&withheld)
    _ = withheld.receive(.codeAnswered(second.number, .unclear(reason: "timeout")), at: at(3))
    #expect(withheld.receive(.mealWithheld, at: at(4)) == [.close(second, reason: "no meal was given")])
    #expect(withheld.phase == .idle)
    #expect(withheld.receive(.codeAnswered(second.number, .charged(transactionID: "T")), at: at(5)).isEmpty)
  }

  @Test func `A charged code whose order cannot be written stays until it can`() throws {
    var session = try session()
    let attempt = try showing(&session)
    _ = session.receive(.codeAnswered(attempt.number, .charged(transactionID: "T1")), at: at(3))
    _ = session.receive(.bookingFailed(attempt.number, reason: "disk full"), at: at(3))
    #expect(session.phase == .unclear(attempt))
    #expect(session.receive(.tick, at: at(8)) == [.ask(attempt)])
  }

  @Test func `A code counts for the pupil who was named first`() throws {
    var session = try session()
    _ = try session.key(.manual(Fen(12_00)), at: at(1))
    _ = try session.show(code, by: .card(user), at: at(2))
    let attempt = try #require(session.phase.codeAttempt)
    #expect(attempt.charge.personal == Fen(9_00))
    #expect(attempt.payer == .card(user))
  }
}

import CanteenCore
import CanteenTestSupport
import Testing

/// A till with a pair of twins on two accounts and a pair on one.
struct TwinStage {
  static let mother = GuardianAccount.sample("mother", tail: "1234")
  static let father = GuardianAccount.sample("father", tail: "5678")
  static let wrong = GuardianAccount.sample("nobody", tail: "9999").phoneTail

  var session: CheckoutSession
  let twins: [LibraryPerson]
  let brothers: [LibraryPerson]

  init(
    recognition: RecognitionMode = .postRecognition, sells: AmountMode = .manual, plan: MealPlan = .unplanned
  ) throws {
    session = CheckoutSession(
      settings: .init(recognition: recognition, sells: sells),
      rules: SaleRules(plan: plan, fixedPrice: sells == .fixed ? Fen(1200) : nil),
      numbering: try OrderNumbering(prefix: "TILL1X"), schoolTime: .noon)
    twins = [try .sample("s00001", Self.mother), try .sample("s00002", Self.father)]
    brothers = [try .sample("s00003", Self.mother), try .sample("s00004", Self.mother)]
  }

  static func at(_ seconds: Double) -> MonotonicInstant {
    MonotonicInstant(sinceStart: .milliseconds(Int64(seconds * 1_000)))
  }

  @discardableResult mutating func receive(_ event: CheckoutSession.Event, at second: Double)
    -> [CheckoutSession.Action]
  {
    session.receive(event, at: Self.at(second))
  }

  /// Keys an amount and lets look-alikes be seen.
  mutating func present(_ people: [LibraryPerson], track: Int = 1, amount: Int64 = 1200, at second: Double)
    throws -> [CheckoutSession.Action]
  {
    if session.settings.sells == .manual { _ = try session.key(.manual(Fen(amount)), at: Self.at(second)) }
    return see(people, track: track, at: second)
  }

  mutating func see(_ people: [LibraryPerson], track: Int = 1, at second: Double) -> [CheckoutSession.Action]
  {
    receive(.facePresent(track: track), at: second)
    return receive(.lookAlikes(.sample(people, track: track)), at: second)
  }

  @discardableResult mutating func type(_ tail: PhoneTail, at second: Double) -> [CheckoutSession.Action] {
    receive(.phoneTail(tail), at: second)
  }

  /// Lets the order be written.
  mutating func book(_ actions: [CheckoutSession.Action], at second: Double) throws
    -> CheckoutSession.PendingOrder
  {
    let order = try #require(Self.order(in: actions))
    receive(.booked(order.locked.number), at: second)
    return order
  }

  static func order(in actions: [CheckoutSession.Action]) -> CheckoutSession.PendingOrder? {
    for case .book(let order) in actions { return order }
    return nil
  }

  var triesLeft: Int? { if case .awaitingTail(let asked) = session.phase { asked.triesLeft } else { nil } }

  var lockedAmount: Fen? { if case .awaitingFace(let locked) = session.phase { locked.amount } else { nil } }
}

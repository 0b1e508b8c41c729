import CanteenCore
import CanteenTestSupport
import Testing

/// The way of one order's money, with every answer a platform may give.
struct SettlementTests {
  private typealias Call = Settlement.Call
  private let start = Timestamp(millisecondsSince1970: 1_795_147_200_000)
  private let rules = Settlement.Rules(
    terms: .unnamed, utcOffset: 480, quiet: .seconds(330), jitter: 1)
  private let paid = Deduction.charged(transactionID: "T-1", advanced: false)
  private let unknown = Deduction.unknown(reason: "reset")
  private let notFound = Deduction.notCharged(.notFound, reason: "no such order")
  private let used = Deduction.notCharged(.forGood, reason: "the credential was used")

  private func settlement() throws -> Settlement { Settlement(of: try .sample("ORDER-0001"), at: start) }

  /// Calls whenever something is due, and answers in turn; nothing more is done when the answers are over.
  ///
  /// - Returns: what was called for, and when.
  @discardableResult
  private func play(_ settlement: inout Settlement, _ answers: [Deduction]) -> [(call: Call, at: Timestamp)] {
    var (calls, answers) = ([(call: Call, at: Timestamp)](), answers[...])
    while let due = settlement.dueAt, let answer = answers.first {
      guard let call = settlement.begin(at: max(due, start), under: rules) else { break }
      calls.append((call, max(due, start)))
      answers = answers.dropFirst()
      _ = settlement.receive(answer, to: call, at: max(due, start), under: rules)
    }
    return calls
  }

  @Test
  func `What was charged and lost is found, though a stale question and a refused resend say otherwise`()
    throws
  {
    // Charged and the connection reset; a query from a stale copy; a resend that is refused because the first was used.
    var settlement = try settlement()
    let calls = play(&settlement, [unknown] + Array(repeating: notFound, count: 30))
    #expect(settlement.doubt?.sends ?? 0 >= 2, "sent again once nothing could be under way")
    #expect(calls.filter { $0.call == .deduct }.count >= 2)
    var again = try self.settlement()
    play(&again, [unknown] + stale(until: again) + [used, notFound, paid])
    #expect(again.state == .paid)
    #expect(again.transactionID == "T-1")
  }

  /// As many "not found" as it takes until the order is sent once more.
  private func stale(until settlement: Settlement) -> [Deduction] {
    var (probe, count) = (settlement, 0)
    play(&probe, [unknown])
    while probe.doubt?.mayResend == false {
      play(&probe, [notFound])
      count += 1
    }
    return Array(repeating: notFound, count: count)
  }

  @Test func `What a gateway may have forgotten is asked about before anything is sent`() throws {
    let order = try Order.sample("ORDER-0001", at: start.advanced(by: .seconds(-3_600)))
    var charged = Settlement(of: order, mayHaveBeenSent: true, at: start)
    #expect(play(&charged, [paid]).map(\.call) == [.query])
    #expect(charged.state == .paid)
    var unsent = Settlement(of: order, mayHaveBeenSent: true, at: start)
    let calls = play(&unsent, [notFound, paid])
    #expect(calls.map(\.call) == [.query, .deduct])
    #expect(calls.allSatisfy { $0.at == start }, "it was sold long ago: nothing can be under way")
    #expect(unsent.state == .paid)
    let beside = Settlement(of: try .sample("ORDER-0002", user: nil), mayHaveBeenSent: true, at: start)
    #expect(beside.dueAt == nil && beside.doubt == nil)
  }

  @Test func `A refusal in doubt ends the order only when the platform has not known it for minutes`() throws
  {
    var settlement = try settlement()
    play(&settlement, [unknown])
    let before = stale(until: try self.settlement())
    play(&settlement, before + [used])
    #expect(settlement.state == .uploaded)
    let sent = try #require(settlement.doubt?.sentAt)
    let calls = play(&settlement, Array(repeating: notFound, count: 40))
    #expect(settlement.state == .failed)
    #expect(settlement.reason == "the credential was used")
    let last = try #require(calls.last)
    #expect(sent.duration(to: last.at) >= .seconds(330 + 220))
  }

  @Test func `One "not found" soon after a send voids nothing`() throws {
    var settlement = try settlement()
    play(&settlement, [unknown])
    #expect(settlement.undo(because: "wrong dish", at: start.advanced(by: .seconds(2))) == .asks)
    play(&settlement, [notFound])
    #expect(settlement.state == .uploaded)
    // The delayed request arrived after all.
    play(&settlement, [notFound, paid])
    #expect(settlement.state == .paid)
    #expect(settlement.void == "wrong dish", "so that it is given back")
  }

  /// `make simulate` found it: `--seed 1 --students 120`.
  @Test func `What was sent by a clock a day ahead is asked about from now on, not from tomorrow on`() throws
  {
    var settlement = try settlement()
    let tomorrow = start.advanced(by: .seconds(86_400))
    let call = settlement.begin(at: tomorrow, under: rules)
    _ = settlement.receive(unknown, to: try #require(call), at: tomorrow, under: rules)
    _ = settlement.undo(because: "wrong dish", at: start)
    let calls = play(&settlement, Array(repeating: notFound, count: 60))
    #expect(settlement.state == .voided)
    let last = try #require(calls.last)
    #expect(start.duration(to: last.at) < .seconds(1_200))
  }

  @Test func `A first send that is refused for certain is believed at once`() throws {
    for (refusal, state) in [
      (Deduction.Refusal.forGood, OrderState.failed), (.riskRejected, .riskRejected),
      (.insufficientFunds, .delayed), (.overLimit, .delayed),
    ] {
      var settlement = try settlement()
      play(&settlement, [.notCharged(refusal, reason: "because")])
      #expect(settlement.state == state)
      #expect(settlement.reason == "because")
      #expect((settlement.dueAt != nil) == (state == .delayed))
    }
  }

  @Test func `"Try later" waits longer each time, and a void ends it`() throws {
    var settlement = try settlement()
    let busy = Deduction.notCharged(.tryLater, reason: "429")
    let calls = play(&settlement, [busy, busy, busy])
    #expect(calls.map(\.call) == [.deduct, .deduct, .deduct])
    #expect(calls[0].at.duration(to: calls[1].at) < calls[1].at.duration(to: calls[2].at))
    #expect(settlement.undo(because: "wrong dish", at: start.advanced(by: .seconds(99))) == .voided)
    #expect(settlement.dueAt == nil)
  }

  @Test func `Whatever is answered in whatever state, the next call is later or the order is over with`()
    throws
  {
    let answers =
      [
        paid, unknown, .charged(transactionID: "T-2", advanced: true),
        .heldUp(Standstill(.merchant, reason: "NO_AUTH")),
        .heldUp(Standstill(.busy(retryAfter: .seconds(60)), reason: "429")),
      ]
      + Deduction.Refusal.allCases.map { .notCharged($0, reason: "because") }
    var states = Set([try settlement()])
    var voided = try settlement()
    play(&voided, [unknown])
    _ = voided.undo(because: "wrong dish", at: start)
    states.insert(voided)
    var seen = states
    // Every state that up to four answers in a row lead to.
    for _ in 0..<4 {
      var next: Set<Settlement> = []
      for before in states {
        guard let due = before.dueAt else { continue }
        let now = max(due, start)
        var begun = before
        guard let call = begun.begin(at: now, under: rules) else {
          #expect(begun != before, "nothing is to be called for, and nothing changed")
          next.insert(begun)
          continue
        }
        for answer in answers {
          var after = begun
          let outcome = after.receive(answer, to: call, at: now, under: rules)
          #expect(after != before)
          let isLater = after.dueAt.map { $0 > now } ?? true
          #expect(isLater || (after.doubt?.mayResend == true && call == .query), "\(outcome)")
          if case .charged = answer { #expect(after.state.isCharged) }
          next.insert(after)
        }
      }
      states = next.subtracting(seen)
      seen.formUnion(next)
    }
    #expect(seen.count > 50)
  }

  @Test func `What a payment code took may show late: "not found" counts only after three minutes`() {
    var code = Settlement(
      state: .uploaded, transactionID: nil, reason: nil, void: nil,
      calls: CallHistory(doubt: .init(since: start, sentAt: start), dueAt: start), attemptsOfDay: .none,
      concludedAt: nil, mayBeSent: false)
    let quick = Settlement.Rules(terms: .unnamed, utcOffset: 480, quiet: .seconds(3), jitter: 1)
    func ask(at second: Int64) -> Settlement.Outcome? {
      let now = start.advanced(by: .seconds(second))
      guard let call = code.begin(at: now, under: quick) else { return nil }
      return code.receive(notFound, to: call, at: now, under: quick)
    }
    for second in stride(from: 0, through: 170, by: 10) {
      #expect(ask(at: Int64(second)) != .refused(.notFound))
    }
    #expect(code.state == .uploaded)
    for second in stride(from: 180, through: 400, by: 20) { _ = ask(at: Int64(second)) }
    #expect(code.state == .failed)
  }
}

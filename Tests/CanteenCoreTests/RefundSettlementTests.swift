import CanteenCore
import Testing

/// The way of one refund's money back, with every answer a platform may give.
struct RefundSettlementTests {
  private typealias Call = RefundSettlement.Call
  private let start = Timestamp(millisecondsSince1970: 1_795_147_200_000)
  private let rules = Settlement.Rules(terms: .unnamed, utcOffset: 480, quiet: .seconds(330), jitter: 1)
  private let refunded = RefundOutcome.refunded(refundID: "F-1")
  private let unknown = RefundOutcome.unknown(reason: "reset")
  private let notFound = RefundOutcome.notRefunded(.notFound, reason: "no such refund")
  private let full = RefundOutcome.notRefunded(.forGood, reason: "已全额退款")

  /// Calls whenever something is due and has it answered; nothing more is done when `answer` has none.
  ///
  /// - Returns: what was called for, and when.
  @discardableResult
  private func play(
    _ settlement: inout RefundSettlement, atMost count: Int = 99, _ answer: (Call) -> RefundOutcome?
  ) -> [(call: Call, at: Timestamp)] {
    var calls: [(call: Call, at: Timestamp)] = []
    while calls.count < count, let due = settlement.calls.dueAt {
      let now = max(due, start)
      guard let call = settlement.begin(at: now, under: rules), let said = answer(call) else { break }
      calls.append((call, now))
      _ = settlement.receive(said, to: call, at: now, under: rules)
    }
    return calls
  }

  @Test
  func `A refund whose answer was lost is found, though a stale question and a refused resend say otherwise`()
  {
    var settlement = RefundSettlement(at: start)
    var sends = 0
    play(&settlement) { call in
      switch call {
      case .refund:
        sends += 1
        return sends == 1 ? unknown : full
      case .query: return sends < 2 ? notFound : refunded
      }
    }
    #expect(sends == 2)
    #expect((settlement.state, settlement.refundID) == (.refunded, "F-1"))
  }

  @Test func `A refund that a gateway may have forgotten is asked about before anything is sent`() {
    for isThere in [true, false] {
      var settlement = RefundSettlement(at: start, mayHaveBeenSent: true)
      let calls = play(&settlement) { call in call == .query && !isThere ? notFound : refunded }
      #expect(calls.map(\.call) == (isThere ? [.query] : [.query, .refund]))
      #expect(settlement.state == .refunded)
    }
  }

  @Test func `A refusal in doubt ends the refund only when the platform has not known it for minutes`() throws
  {
    var settlement = RefundSettlement(at: start)
    var sends = 0
    let calls = play(&settlement) { call in
      guard call == .refund else { return notFound }
      sends += 1
      return sends == 1 ? unknown : full
    }
    #expect((settlement.state, settlement.reason) == (.failed, "已全额退款"))
    let resent = try #require(calls.last { $0.call == .refund })
    let last = try #require(calls.last)
    #expect(resent.at.duration(to: last.at) >= .seconds(330 + 220))
  }

  @Test func `A first refund that is refused for certain is believed at once`() {
    var settlement = RefundSettlement(at: start)
    play(&settlement, atMost: 1) { _ in full }
    #expect(settlement.state == .failed)
    #expect(settlement.calls.dueAt == nil)
  }

  @Test func `Stuck money is a state of its own, asked about now and then, and comes loose`() throws {
    var settlement = RefundSettlement(at: start)
    var outcomes: [RefundSettlement.Outcome] = []
    for _ in 0..<3 {
      let now = try #require(settlement.calls.dueAt)
      let begun = settlement.begin(at: now, under: rules)
      let call = try #require(begun)
      outcomes.append(settlement.receive(.processing(stuck: true), to: call, at: now, under: rules))
    }
    #expect(outcomes == [.abnormal, .waits, .waits], "somebody is told once")
    #expect(settlement.state == .abnormal)
    let next = try #require(settlement.calls.dueAt)
    #expect(start.advanced(by: .seconds(120)) < next)
    play(&settlement, atMost: 1) { _ in refunded }
    #expect(settlement.state == .refunded)
  }

  @Test func `Whatever is answered in whatever state, the next call is later or the refund is over`() {
    let answers: [RefundOutcome] =
      [
        refunded, unknown, .processing(stuck: false), .processing(stuck: true),
        .heldUp(Standstill(.merchant, reason: "NO_AUTH")),
        .heldUp(Standstill(.busy(retryAfter: nil), reason: "429")),
      ] + RefundOutcome.Refusal.allCases.map { .notRefunded($0, reason: "because") }
    var states: Set<RefundSettlement> = [RefundSettlement(at: start)]
    var seen = states
    for _ in 0..<4 {
      var next: Set<RefundSettlement> = []
      for before in states {
        guard let due = before.calls.dueAt else { continue }
        let now = max(due, start)
        var begun = before
        guard let call = begun.begin(at: now, under: rules) else {
          Issue.record("it is due, and nothing is to be called for")
          continue
        }
        for answer in answers {
          var after = begun
          let outcome = after.receive(answer, to: call, at: now, under: rules)
          let isLater = after.calls.dueAt.map { $0 > now } ?? after.state.isFinal
          #expect(isLater || (after.calls.doubt?.mayResend == true && call == .query), "\(outcome)")
          if answer == refunded { #expect(after.state == .refunded) }
          if seen.insert(after).inserted { next.insert(after) }
        }
      }
      states = next
    }
    #expect(seen.count > 40)
  }
}

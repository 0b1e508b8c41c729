import CanteenCore
import Concurrency
import Crypto
import FaultInjection
import Foundation
import Gateway
import GatewayProtocol
import GatewayStore

/// Somebody who has the key of a till and signs whatever they like. Their till sells nothing by itself.
struct Intruder: Sendable {
  let id: TerminalID
  let key: P256.Signing.PrivateKey

  init() throws {
    id = try TerminalID("till-of-a-thief")
    key = P256.Signing.PrivateKey()
  }
}

extension Lunch {
  func pairIntruder() async throws {
    guard let intruder else { return }
    try await pair(intruder.id, key: intruder.key)
  }

  /// One attempt to move somebody else's money, or to confuse the gateway.
  func intrude() async {
    // Until every till has sent again what a restored gateway forgot, an intruder's copies would come first.
    guard intruder != nil, let school, !schoolIsBroken, !schoolForgot else { return }
    var random = troubleRandom[.hostileTill] ?? self.random
    defer { troubleRandom[.hostileTill] = random }
    do {
      let (others, own) = (try await orders(ofIntruder: false), try await orders(ofIntruder: true))
      guard !others.isEmpty else { return }
      let victim = others[random.pick(0...others.count - 1)]
      let mine = own.isEmpty ? nil : own[random.pick(0...own.count - 1)]
      switch random.pick(0...7) {
      case 0: try await sign(.orderVoided(void(victim)), as: "void_of_anothers_order")
      case 1:
        try await sign(.refundRequested(refund(of: victim, Fen(1), &random)), as: "refund_of_anothers_order")
      case 2:
        let amount = [Int64.max, -5_00, 0, 100_001_00][random.pick(0...3)]
        try await sign(
          .refundRequested(refund(of: mine ?? victim, Fen(amount), &random)), as: "absurd_refund")
      case 3: try await copy(victim, as: victim, what: "number_of_anothers_order")
      case 4, 5:
        try await copy(
          victim, as: OutTradeNumber("THIEF-\(random.pick(1_000_000...9_999_999))"), what: "made_up_order")
      case 6: if let mine { try await sign(.orderVoided(void(mine)), as: "void_of_ones_own") }
      default:
        if let mine {
          try await sign(.refundRequested(refund(of: mine, Fen(1_00), &random)), as: "refund_of_ones_own")
        }
        try await replay()
      }
      school.eventsWritten.increment()
    } catch {
      tell("the intruder is held up: \(error)")
    }
  }

  private func orders(ofIntruder: Bool) async throws -> [OutTradeNumber] {
    try await school?.store.orders(atMost: 200).filter { ($0.terminal == intruder?.id.text) == ofIntruder }
      .map { try OutTradeNumber($0.outTradeNumber) }.sorted { $0.text < $1.text } ?? []
  }

  private func void(_ number: OutTradeNumber) throws -> VoidOrder {
    VoidOrder(outTradeNumber: number, operatorID: try OperatorID("thief"), reason: "mine")
  }

  private func refund(of number: OutTradeNumber, _ amount: Fen, _ random: inout SeededRandom) throws -> Refund
  {
    Refund(
      outRefundNumber: try OutRefundNumber("R-THIEF-\(random.pick(1_000_000...9_999_999))"),
      outTradeNumber: number, amount: amount, operatorID: try OperatorID("thief"), reason: "mine")
  }

  /// What an honest till signed for an order, signed anew under a number of the intruder's choice.
  private func copy(_ victim: OutTradeNumber, as number: OutTradeNumber, what: String) async throws {
    guard let record = try await school?.store.bookView(of: [victim]).orders.first else { return }
    let text = try CanonicalJSON.text(LedgerPayload.orderAccepted(record.order))
      .replacingOccurrences(of: victim.text, with: number.text)
    try await send(payload: text, as: what)
  }

  private func sign(_ payload: LedgerPayload, as what: String) async throws {
    try await send(payload: try CanonicalJSON.text(payload), as: what)
  }

  private func send(payload: String, as what: String) async throws {
    guard let intruder, let school, let till = try await school.store.terminal(intruder.id) else { return }
    let end = try await school.store.chainEnd(of: intruder.id)
    let entry = try LedgerEntry(
      terminal: intruder.id, sequence: end.sequence + 1, previousHash: end.hash, recordedAt: time.now(),
      payload: payload, key: intruder.key)
    let answers = try await school.intake.take([entry], of: till, at: time.now())
    if answers.first?.outcome == .stored { signedByIntruder.append(entry) }
    count(what)
    tell("the intruder signs: \(what), \(answers.map(\.outcome.rawValue))")
  }

  /// The same entry again, and another one in its place.
  private func replay() async throws {
    guard let intruder, let school, let till = try await school.store.terminal(intruder.id),
      let last = try await school.store.entries(of: intruder.id, after: 0, atMost: 500).last
    else { return }
    let forged = try LedgerEntry(
      terminal: intruder.id, sequence: last.sequence, previousHash: last.previousHash,
      recordedAt: last.recordedAt, payload: last.payload + " ", key: intruder.key)
    for entry in [last, forged] { _ = try await school.intake.take([entry], of: till, at: time.now()) }
    count("replayed_and_forged_entries")
  }
}

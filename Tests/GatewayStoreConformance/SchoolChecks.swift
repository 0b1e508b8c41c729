import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore
import Testing

/// Tills, reports and the office.
struct SchoolChecks {
  let subject: StoreUnderTest
  private var store: any SchoolStore { subject.store }

  init(subject: StoreUnderTest) {
    self.subject = subject
  }

  private struct BoxKeys {
    let device = P256.Signing.PrivateKey().publicKey
    let sealing = P256.KeyAgreement.PrivateKey().publicKey

    func box(certifiedUntil: Timestamp = noon.advanced(by: .seconds(3_600))) -> PairedBox {
      PairedBox(
        deviceKey: device.x963Representation, sealingKey: sealing.x963Representation, certificate: "PEM",
        certifiedUntil: certifiedUntil)
    }
  }

  private static let end = noon.advanced(by: .seconds(60))

  private func offer(_ name: String, for till: TerminalID, replaces: Bool = false) -> PairingOffer {
    PairingOffer(
      name: name, secretHash: Data(name.utf8), terminal: till, expiresAt: Self.end, replaces: replaces)
  }

  func pairing() async throws {
    let (till, keys) = (try TerminalID("till-1"), BoxKeys())
    try await store.add(offer("AAA", for: till))
    try await store.add(offer("ABC", for: till))
    #expect(try await store.countTry(ofOffer: "AAA") == nil, "a newer offer takes its place")
    #expect(try await store.countTry(ofOffer: "ABC")?.tries == 1)
    let counted = try #require(try await subject.replica.countTry(ofOffer: "ABC"))
    try await store.forgetTry(ofOffer: "ABC")
    #expect(try await store.countTry(ofOffer: "ABC")?.tries == 2)
    #expect(counted.tries == 2 && counted.secretHash == Data("ABC".utf8) && counted.expiresAt == Self.end)
    #expect(try await !store.redeem(offer: "ABD", by: keys.box(), at: noon))
    #expect(try await !store.redeem(offer: "ABC", by: keys.box(), at: Self.end), "too old")
    #expect(try await store.terminal(till) == nil)

    let stores = [store, subject.replica]
    let paired = try await withThrowingTaskGroup(of: Bool.self) { group in
      for turn in 0..<6 {
        group.addTask { try await stores[turn % 2].redeem(offer: "ABC", by: keys.box(), at: noon) }
      }
      return try await group.reduce(into: 0) { paired, isDone in paired += isDone ? 1 : 0 }
    }
    #expect(paired == 1, "an offer is used up once")
    try await store.add(offer("ABE", for: till))
    #expect(try await !store.redeem(offer: "ABE", by: BoxKeys().box(), at: noon), "the name is taken")
    let known = try #require(try await subject.afterDeath().terminal(till))
    #expect(known.keys.own.x963Representation == keys.device.x963Representation)
    #expect(known.sealingKey.x963Representation == keys.sealing.x963Representation)
    #expect(known.certifiedUntil == noon.advanced(by: .seconds(3_600)) && known.revokedAt == nil)
  }

  func guessing() async throws {
    func at(_ seconds: Int) -> Timestamp { noon.advanced(by: .seconds(seconds)) }
    let first = try await store.countTry(at: noon, since: at(-60))
    #expect(first.others.isEmpty)
    let second = try await subject.replica.countTry(at: at(1), since: at(-59))
    #expect(second.others == [noon])
    try await store.forgetTry(first.number)
    #expect(try await store.countTry(at: at(2), since: at(-58)).others == [at(1)])
    #expect(try await store.countTry(at: at(90), since: at(30)).others.isEmpty, "the old ones are forgotten")
    #expect(try await store.countTry(at: at(-900), since: at(-960)).others.isEmpty, "the clock was set back")
    #expect(try await store.countTry(at: at(-899), since: at(-959)).others == [at(-900)])
  }

  func replacing() async throws {
    let (till, other) = (try await store.pair("till-1"), try await store.pair("till-2"))
    let old = try #require(try await store.terminal(till)?.keys.own)
    #expect(try await store.commit(store.opening(try .sample("ORDER-0001"), at: till)))
    #expect(try await store.revoke(till, at: noon))
    #expect(try await !store.revoke(till, at: noon.advanced(by: .seconds(1))), "once")
    #expect(try await !store.revoke(TerminalID("nobody"), at: noon))
    #expect(try await subject.replica.terminal(till)?.revokedAt == noon)
    try await store.certify(other, certificate: "PEM 2", until: noon.advanced(by: .seconds(9)))
    #expect(try await store.terminal(other)?.certifiedUntil == noon.advanced(by: .seconds(9)))

    try await store.add(offer("ABC", for: till, replaces: true))
    let keys = BoxKeys()
    // The box knows more than the store: of one before, and that the last one wrote further.
    let first = FormerKey(key: BoxKeys().device, through: 0)
    let known = PairedBox(
      deviceKey: keys.device.x963Representation, sealingKey: keys.sealing.x963Representation,
      certificate: "PEM", certifiedUntil: noon, formerKeys: [first, FormerKey(key: old, through: 9)])
    #expect(try await store.redeem(offer: "ABC", by: known, at: noon))
    #expect(try await store.terminals().map(\.id) == [till, other])
    try await store.add(offer("ABD", for: try TerminalID("till-3"), replaces: true))
    #expect(try await !store.redeem(offer: "ABD", by: keys.box(), at: noon), "there is nothing to replace")
    let then = try #require(try await subject.afterDeath().terminal(till))
    #expect(then.keys.own.x963Representation == keys.device.x963Representation && then.revokedAt == nil)
    #expect(then.keys.former == [first, FormerKey(key: old, through: 9)])
  }

  func chains() async throws {
    let (till, other) = (try await store.pair("till-1"), try await store.pair("till-2"))
    #expect(try await store.chainEnd(of: till) == .start)
    #expect(try await store.held(of: till, at: 5) == HeldEntries(end: .start, point: .start))
    var signed: [LedgerEntry] = []
    for number in 1...3 {
      let decision = try await store.opening(try .sample("ORDER-000\(number)"), at: till)
      signed += try #require(decision.entries).entries
      #expect(try await store.commit(decision))
    }
    let last = try #require(signed.last)
    #expect(try await store.entries(of: till, after: 0, atMost: 99) == signed)
    #expect(try await store.entries(of: till, after: 1, atMost: 1) == [signed[1]])
    #expect(try await store.entries(of: other, after: 0, atMost: 99).isEmpty)
    #expect(try await store.chainEnd(of: till) == LedgerPoint(sequence: 3, hash: last.hash))
    #expect(try await store.chainEnd(of: other) == .start)
    for (asked, found) in [(0, 0), (2, 2), (3, 3), (9, 3)] {
      let held = try await store.held(of: till, at: Int64(asked))
      let hash = found == 0 ? LedgerEntry.firstPreviousHash : signed[found - 1].hash
      #expect(held.end == LedgerPoint(sequence: 3, hash: last.hash))
      #expect(held.point == LedgerPoint(sequence: Int64(found), hash: hash))
    }
    #expect(try await store.strays(of: till, after: 0) == .none)
    for _ in 1...2 { #expect(try await store.keepStrays(signed, of: till, at: noon) == 3) }
    let strays = try await store.strays(of: till, after: 0)
    #expect(strays.entries == signed)
    #expect(try await store.strayCounts() == [till: 3])
    #expect(try await store.strays(of: other, after: 0) == .none)
    #expect(try await store.strays(of: till, after: try #require(strays.next)) == .none)
    #expect(try await store.strayCounts().isEmpty)
    #expect(try await store.keepStrays(signed, of: till, at: noon) == 0, "the till has taken them")
    #expect(try await store.isStray(last.hash, of: till))
    #expect(try await !store.isStray(last.hash, of: other))
  }

  func reports() async throws {
    let (one, other) = (try await store.pair("till-1"), try await store.pair("till-2"))
    let paid = try Order.sample("ORDER-0001", subsidy: Fen(2_00), period: "lunch")
    try await store.book(paid, at: one)
    try await store.book(try .sample("ORDER-0002", period: "lunch"), at: one)
    try await store.book(try .sample("ORDER-0003", user: nil), at: other, dueAt: nil)
    let tomorrow = noon.advanced(by: .seconds(86_400))
    try await store.book(try .sample("ORDER-0004", at: tomorrow), at: other, dueAt: nil)
    var record = try await store.record(paid.outTradeNumber)
    record.refunded = Fen(1_00)
    record.settlement = record.settlement.kept(as: .paid, dueAt: nil, transactionID: "T-1")
    let refund = RefundRecord(
      Refund(undoing: record.number, amount: Fen(3_00), reason: "wrong dish"), terminal: one,
      platform: record.platform, requestedAt: noon)
    #expect(try await store.commit(OrderDecision(orders: [record], refunds: [refund])))

    let day = SchoolTime.noon.day
    let lines = try await store.dayReport(of: day)
    #expect(lines.map(\.orders).reduce(0, +) == 3)
    let line = try #require(lines.first { $0.state == "paid" })
    #expect(
      (line.terminal, line.period, line.payer, line.collection) == ("till-1", "lunch", .face, .contract))
    #expect((line.amount, line.subsidy) == (Fen(12_00), Fen(2_00)))
    #expect((line.toCollect, line.refunded) == (Fen(10_00), Fen(1_00)))
    let cash = try #require(lines.first { $0.terminal == "till-2" })
    #expect((cash.payer, cash.collection, cash.period) == (.nobody, .unnamed, ""))

    let listed = try await store.orders(atMost: 99, on: day)
    #expect(Set(listed.map(\.outTradeNumber)) == ["ORDER-0001", "ORDER-0002", "ORDER-0003"])
    let shown = try #require(listed.first { $0.outTradeNumber == "ORDER-0001" })
    #expect((shown.platform, shown.payer, shown.collection) == (.weChatPay, .face, .contract))
    #expect((shown.refunded, shown.refunding, shown.transactionID) == (Fen(1_00), Fen(3_00), "T-1"))
    #expect(try await store.orders(atMost: 1).map(\.outTradeNumber) == ["ORDER-0004"], "the newest first")

    let book = try await store.book(of: day)
    #expect(book.orders.map(\.number.text) == ["ORDER-0001", "ORDER-0002", "ORDER-0003"])
    #expect(book.refunds.map(\.refund) == [refund.refund])
    #expect(
      try await store.knownNumbers(among: ["ORDER-0001", "ORDER-0004", "OTHER"]) == [
        "ORDER-0001", "ORDER-0004",
      ])

    #expect(try await store.ledgerHeads().isEmpty)
    let head = LedgerHead(sequence: 4, hash: Data([1, 2]), unsentOrders: 2, unsentAmount: Fen(20_00))
    try await store.note(head, alarm: .behind, endsFork: false, of: one, at: noon)
    #expect(try await store.ledgerHeads() == [one: head])
    for (alarm, endsFork, then) in [
      (TerminalAlarm.forked, false, TerminalAlarm.forked), (.behind, false, .forked), (nil, false, .forked),
      (nil, true, nil), (.behind, false, .behind), (nil, false, nil),
    ] as [(TerminalAlarm?, Bool, TerminalAlarm?)] {
      try await store.note(head, alarm: alarm, endsFork: endsFork, of: one, at: noon)
      #expect(try await store.terminal(one)?.alarm == then)
    }
  }

  func operators() async throws {
    let till = try await store.pair("till-1")
    let event = AddressedEvent(.told(.leaseChanged), to: .everyTill)
    let pin = try PINHash("246810")
    let anna = Operator(id: try OperatorID("anna"), name: "Anna", role: .cashier, pin: pin)
    let bo = Operator(id: try OperatorID("bo"), name: "Bo", role: .supervisor, pin: pin)
    try await store.save(bo, telling: [event])
    try await store.save(anna, telling: [event])
    #expect(try await store.operators() == [anna, bo])
    let promoted = Operator(id: anna.id, name: "Anna", role: .supervisor, pin: pin)
    try await store.save(promoted, telling: [event])
    #expect(try await store.operators() == [promoted, bo])
    #expect(try await store.remove(bo.id, telling: [event]))
    #expect(try await !store.remove(bo.id, telling: [event]))
    #expect(try await store.operators() == [promoted])
    #expect(try await store.storedEvents(for: till, after: 0, atMost: 9).count == 4)
    #expect(try await subject.afterDeath().operators() == [promoted])
  }
}

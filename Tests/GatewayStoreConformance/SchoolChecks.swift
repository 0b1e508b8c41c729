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

  func pairing() async throws {
    let till = try TerminalID("till-1")
    let end = noon.advanced(by: .seconds(60))
    let keys = (
      P256.Signing.PrivateKey().publicKey.x963Representation,
      P256.KeyAgreement.PrivateKey().publicKey.x963Representation
    )
    try await store.add(pairingCode: "ABCD-EFGH", for: till, expiresAt: end)
    #expect(try await store.terminal(pairingWith: "abcdefgh", at: noon) == till)
    #expect(try await store.terminal(pairingWith: "ABCD-EFGH", at: end) == nil, "too old")
    #expect(try await store.terminal(pairingWith: "ABCD-EFGX", at: noon) == nil)
    #expect(try await store.terminal(till) == nil)

    func redeem(_ store: any SchoolStore, at now: Timestamp) async throws -> TerminalID? {
      try await store.redeem(
        pairingCode: "abcd-efgh", at: now, deviceKey: keys.0, sealingKey: keys.1, certificate: "PEM")
    }
    #expect(try await redeem(store, at: end) == nil)
    let stores = [store, subject.replica]
    let paired = try await withThrowingTaskGroup(of: TerminalID?.self) { group in
      for turn in 0..<6 { group.addTask { try await redeem(stores[turn % 2], at: noon) } }
      return try await group.reduce(into: [TerminalID]()) { paired, till in
        if let till { paired.append(till) }
      }
    }
    #expect(paired == [till], "a code is used up once")
    let known = try #require(try await subject.afterDeath().terminal(till))
    #expect(known.deviceKey.x963Representation == keys.0)
    #expect(known.sealingKey.x963Representation == keys.1)
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
    try await store.note(head, alarm: .behind, of: one, at: noon)
    #expect(try await store.ledgerHeads() == [one: head])
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

import CanteenCore
import CanteenTestSupport
import Foundation
import GatewayProtocol
import GatewayStore
import Testing

struct OrderChecks {
  let subject: StoreUnderTest
  private var store: any SchoolStore { subject.store }

  init(subject: StoreUnderTest) {
    self.subject = subject
  }

  private func refund(_ number: String, of order: OrderRecord, _ fen: Int64 = 300) throws -> RefundRecord {
    RefundRecord(
      Refund(
        outRefundNumber: try OutRefundNumber(number), outTradeNumber: order.number, amount: Fen(fen),
        operatorID: try OperatorID("anna"), reason: "wrong dish"),
      terminal: order.terminal, platform: order.platform, requestedAt: noon)
  }

  func decisionIsKept() async throws {
    let till = try await store.pair("till-1")
    let order = try Order.sample("ORDER-0001", subsidy: Fen(200), period: "lunch")
    var record = try await store.book(order, at: till)
    #expect(record.order == order)
    #expect((record.terminal, record.sequence) == (till, 1))
    #expect((record.toCollect, record.day) == (Fen(10_00), order.day))
    #expect((record.state, record.settlement.dueAt, record.platform) == (.uploaded, noon, .weChatPay))
    let later = noon.advanced(by: .seconds(61))
    record.refunded = Fen(1)
    record.settlement = Settlement(
      state: .delayed, transactionID: "T-1", reason: "empty", void: "wrong dish",
      calls: CallHistory(
        doubt: CallHistory.Doubt(
          since: noon, sentAt: later, sends: 2, notFound: 1, mayResend: true, refusal: .forGood,
          refusalReason: "used"),
        attempts: 7, failures: 4, dueAt: later),
      attemptsOfDay: AttemptsOfDay(day: SchoolTime.noon.day, count: 3), concludedAt: later, mayBeSent: true)
    record.request = Data([0, 1, 255])
    var given = try refund("R-0001", of: record)
    #expect(try await store.commit(OrderDecision(orders: [record], refunds: [given])))
    let kept = try await store.bookView(of: [record.number])
    #expect(kept.orders.map(\.version) == [record.version + 1])
    #expect(kept.orders.first.map { same($0, record) } == true)
    #expect(kept.refunds.map(\.refund) == [given.refund])
    #expect(try await store.delayedOrders(of: try OutUserID("s00001")) == [record.number])
    #expect(try await store.delayedOrders(of: try OutUserID("s00002")) == [])

    let doubtful = RefundRecord(
      try refund("R-0002", of: record).refund, terminal: till, platform: record.platform, requestedAt: noon,
      mayHaveBeenSent: true)
    #expect(try await store.commit(OrderDecision(refunds: [doubtful])))
    let asked = try await store.bookView(of: [record.number]).refunds
    #expect(asked.first { $0.number == doubtful.number }?.settlement == doubtful.settlement)

    given = try #require(kept.refunds.first)
    #expect((given.terminal, given.requestedAt, given.version) == (till, noon, 1))
    #expect(given.settlement == RefundSettlement(at: noon))
    given.settlement = RefundSettlement(
      state: .abnormal, refundID: "F-1", reason: "none",
      calls: CallHistory(
        doubt: CallHistory.Doubt(
          since: noon, sentAt: later, sends: 2, notFound: 1, mayResend: true, refusal: .forGood,
          refusalReason: "used"),
        attempts: 2, failures: 1, dueAt: later),
      concludedAt: later)
    given.request = Data([7])
    #expect(try await store.commit(OrderDecision(refunds: [given])))
    let again = try await store.intakeView(of: till, sequences: [1, 9], orders: [], refunds: [given.number])
    #expect(again.book.orders.isEmpty)
    let found = try #require(again.book.refunds.first)
    #expect(found.settlement == given.settlement)
    #expect(found.request == given.request)
    #expect(again.hashes.keys.sorted() == [1])
    #expect(again.end == (try await store.chainEnd(of: till)))
  }

  /// Equal but for the version.
  private func same(_ one: OrderRecord, _ other: OrderRecord) -> Bool {
    one.order == other.order && one.settlement == other.settlement && one.refunded == other.refunded
      && one.request == other.request && one.tillAddress == other.tillAddress
  }

  func outdatedDecision() async throws {
    let till = try await store.pair("till-1")
    let event = AddressedEvent(.told(.leaseChanged), to: .till(till))
    let old = try await store.opening(try .sample("ORDER-0002"), at: till, telling: [event])
    var (first, second) = (
      try await store.book(try .sample("ORDER-0001"), at: till),
      try await store.book(try .sample("ORDER-0003"), at: till)
    )
    #expect(try await !store.commit(old), "the chain goes on from another entry")

    second.settlement = second.settlement.kept(as: .voided, dueAt: nil)
    #expect(try await store.commit(OrderDecision(orders: [second])))
    first.settlement = first.settlement.kept(as: .failed, dueAt: nil)
    second.settlement = second.settlement.kept(as: .delayed, dueAt: nil)
    #expect(
      try await !store.commit(
        OrderDecision(orders: [first, second], refunds: [try refund("R-0001", of: first)], events: [event])))

    let again = try await store.opening(try .sample("ORDER-0003"), at: till, telling: [event])
    #expect(try await !store.commit(again), "the number is taken")
    #expect(try await store.commit(OrderDecision(refunds: [try refund("R-0002", of: first)])))
    #expect(
      try await !store.commit(OrderDecision(refunds: [try refund("R-0002", of: first)], events: [event])))

    let kept = try await store.bookView(of: [first.number, second.number, OutTradeNumber("ORDER-0002")])
    #expect(kept.orders.map(\.state) == [.uploaded, .voided])
    #expect(kept.refunds.map(\.number.text) == ["R-0002"])
    #expect(try await store.storedEvents(for: till, after: 0, atMost: 9).isEmpty)
    #expect(try await store.chainEnd(of: till).sequence == 2)
  }

  func secondCommit() async throws {
    let till = try await store.pair("till-1")
    let event = AddressedEvent(.told(.leaseChanged), to: .till(till))
    let decision = try await store.opening(try .sample("ORDER-0001"), at: till, telling: [event])
    let stores = [store, subject.replica]
    let written = try await withThrowingTaskGroup(of: Bool.self) { group in
      for turn in 0..<8 { group.addTask { try await stores[turn % 2].commit(decision) } }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(written == 1)
    #expect(try await store.entries(of: till, after: 0, atMost: 9).count == 1)
    #expect(try await store.storedEvents(for: till, after: 0, atMost: 9).count == 1)
  }

  func brokenDecision() async throws {
    let till = try await store.pair("till-1")
    var record = try await store.book(try .sample("ORDER-0001"), at: till)
    let stray = OrderRecord(
      order: try .sample("ORDER-0009"), terminal: till, sequence: 99, platform: .weChatPay,
      settlement: record.settlement)
    record.settlement = record.settlement.kept(as: .failed, dueAt: nil)
    // No entry 99 ever booked it.
    await #expect(throws: (any Error).self) {
      try await store.commit(
        OrderDecision(
          orders: [record, stray], events: [AddressedEvent(.told(.leaseChanged), to: .till(till))],
          alarm: RaisedAlarm(.forked, over: till)))
    }
    let kept = try await subject.afterDeath()
    #expect(try await kept.record(record.number).state == .uploaded)
    #expect(try await kept.storedEvents(for: till, after: 0, atMost: 9).isEmpty)
  }

  func oneWriterWins() async throws {
    let till = try await store.pair("till-1")
    let number = try await store.book(try .sample("ORDER-0001"), at: till).number
    let stores = [store, subject.replica]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<6 {
        group.addTask {
          for _ in 0..<10 {
            var isWritten = false
            while !isWritten {
              var record = try await stores[writer % 2].record(number)
              record.settlement = record.settlement.kept(
                dueAt: noon, attempts: record.settlement.calls.attempts + 1)
              isWritten = try await stores[writer % 2].commit(OrderDecision(orders: [record]))
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await store.record(number).settlement.calls.attempts == 60)
  }

  func codesAreShownOnce() async throws {
    let (till, number) = (try await store.pair("till-1"), try OutTradeNumber("CODE-0001"))
    let payment = CodePayment(
      terminal: till, platform: try PlatformID("alipay"), toCollect: Fen(12_00), askedAt: noon,
      outcome: .unclear(reason: "being asked"))
    let stores = [store, subject.replica]
    let began = try await withThrowingTaskGroup(of: Bool.self) { group in
      for turn in 0..<6 { group.addTask { try await stores[turn % 2].begin(payment, for: number) == nil } }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(began == 1)
    try await store.decide(.charged(transactionID: "T-1"), for: number)
    try await store.decide(.notCharged(reason: "late"), for: number)
    let known = try await store.begin(payment, for: number)
    #expect(known?.outcome == .charged(transactionID: "T-1"))
    #expect(known?.askedAt == noon)
    #expect(known?.platform.text == "alipay")
  }
}

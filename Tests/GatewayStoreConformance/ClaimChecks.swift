import CanteenCore
import CanteenTestSupport
import GatewayProtocol
import GatewayStore
import Testing

struct ClaimChecks {
  let subject: StoreUnderTest
  private var store: any SchoolStore { subject.store }
  private let end = noon.advanced(by: .seconds(300))

  init(subject: StoreUnderTest) {
    self.subject = subject
  }

  private func names(_ work: [DueWork]) -> [String] {
    work.map { item in
      switch item.subject {
      case .order(let record): record.number.text
      case .refund(let record, let order): "\(record.number) of \(order.number)"
      }
    }
  }

  func workIsInOrder() async throws {
    let till = try await store.pair("till-1")
    #expect(try await store.nextDueTime() == nil)
    for (number, seconds) in [("ORDER-0001", 30), ("ORDER-0002", 10), ("ORDER-0003", 20), ("ORDER-0004", 99)]
    {
      try await store.book(try .sample(number), at: till, dueAt: noon.advanced(by: .seconds(seconds)))
    }
    let paid = try await store.book(try .sample("ORDER-0005"), at: till, dueAt: nil)
    let refund = RefundRecord(
      Refund(undoing: paid.number, amount: Fen(12_00), reason: "wrong dish"), terminal: till,
      platform: .weChatPay, requestedAt: noon)
    #expect(try await store.commit(OrderDecision(refunds: [refund])))
    #expect(try await store.nextDueTime() == noon)
    let now = noon.advanced(by: .seconds(30))
    #expect(try await names(store.claimDue(atMost: 2, at: now, until: end)) == ["ORDER-0002", "ORDER-0003"])
    #expect(
      try await names(store.claimDue(atMost: 9, at: now, until: end)) == [
        "ORDER-0001", "V-ORDER-0005 of ORDER-0005",
      ])
    #expect(try await store.claimDue(atMost: 9, at: now, until: end).isEmpty)
    #expect(try await store.nextDueTime() == noon.advanced(by: .seconds(99)))
  }

  func lunchGoesFirst() async throws {
    let till = try await store.pair("till-1")
    func book(_ number: String, due seconds: Int64, attempts: Int = 0, sold before: Int64 = 0) async throws {
      let order = try Order.sample(number, at: noon.advanced(by: .seconds(-before)))
      let due = noon.advanced(by: .seconds(seconds))
      var record = try await store.book(order, at: till, dueAt: due)
      record.settlement = record.settlement.kept(dueAt: due, attempts: attempts)
      #expect(try await store.commit(OrderDecision(orders: [record])))
    }
    // A backlog that has waited, yesterday's sales that just came in, and lunch.
    try await book("BACKLOG-0001", due: -500, attempts: 3)
    try await book("YESTERDAY-01", due: -400, sold: 24 * 3_600)
    try await book("LUNCH-000001", due: -1)
    try await book("LUNCH-000002", due: -90)
    // As old as an hour of lunch.
    try await book("BACKLOG-0002", due: -3_700, attempts: 3)
    let paid = try await store.book(try .sample("ORDER-0005"), at: till, dueAt: nil)
    let refund = RefundRecord(
      Refund(undoing: paid.number, amount: Fen(12_00), reason: "wrong dish"), terminal: till,
      platform: .weChatPay, requestedAt: noon.advanced(by: .seconds(-62)))
    #expect(try await store.commit(OrderDecision(refunds: [refund])))
    #expect(
      try await names(store.claimDue(atMost: 9, at: noon, until: end)) == [
        "BACKLOG-0002", "LUNCH-000002", "V-ORDER-0005 of ORDER-0005", "LUNCH-000001", "BACKLOG-0001",
        "YESTERDAY-01",
      ])
  }

  func claimsAreExclusive() async throws {
    let till = try await store.pair("till-1")
    for number in 0..<40 { try await store.book(try .sample("ORDER-\(1_000 + number)"), at: till) }
    let (stores, end) = ([store, subject.replica], end)
    let given = try await withThrowingTaskGroup(of: [DueWork].self) { group in
      for worker in 0..<8 {
        group.addTask {
          var mine: [DueWork] = []
          while true {
            let some = try await stores[worker % 2].claimDue(atMost: 3, at: noon, until: end)
            if some.isEmpty { return mine }
            mine += some
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(given.count == 40)
    #expect(Set(names(given)).count == 40)
  }

  func oneCallForOneOrder() async throws {
    let till = try await store.pair("till-1")
    let order = try await store.book(try .sample("ORDER-0001"), at: till)
    let refunds = try ["R-1", "R-2"].map { number in
      RefundRecord(
        Refund(
          outRefundNumber: try OutRefundNumber(number), outTradeNumber: order.number, amount: Fen(1),
          operatorID: nil, reason: "wrong dish"), terminal: till, platform: .weChatPay, requestedAt: noon)
    }
    #expect(try await store.commit(OrderDecision(refunds: refunds)))
    var given: [String] = []
    for _ in 1...3 {
      let some = try await store.claimDue(atMost: 9, at: noon, until: end)
      given += names(some)
      let claim = try #require(some.first?.claim)
      #expect(try await store.claimDue(atMost: 9, at: noon, until: end).isEmpty)
      // What was claimed is over with; the next may come.
      let view = try await store.bookView(of: [order.number])
      var decision = OrderDecision()
      switch claim.subject {
      case .order:
        var record = try #require(view.orders.first)
        record.settlement = record.settlement.kept(dueAt: nil)
        decision.orders = [record]
      case .refund(let number):
        var record = try #require(view.refunds.first { $0.number == number })
        record.settlement = record.settlement.kept(dueAt: nil)
        decision.refunds = [record]
      }
      #expect(try await store.commit(decision, ending: claim))
    }
    #expect(given == ["ORDER-0001", "R-1 of ORDER-0001", "R-2 of ORDER-0001"])
  }

  func lanes() async throws {
    let till = try await store.pair("till-1")
    let alipay = try PlatformID("alipay")
    try await store.book(try .sample("ORDER-0001"), at: till, dueAt: noon.advanced(by: .seconds(60)))
    #expect(try await store.commit(store.opening(.sample("ORDER-0002"), at: till, platform: alipay)))
    #expect(try await store.nextDueTime(of: alipay) == noon)
    #expect(try await store.nextDueTime(of: .weChatPay) == noon.advanced(by: .seconds(60)))
    #expect(try await store.claimDue(atMost: 9, at: noon, until: end, of: .weChatPay).isEmpty)
    #expect(try await names(store.claimDue(atMost: 9, at: noon, until: end, of: alipay)) == ["ORDER-0002"])
  }

  func pulledIn() async throws {
    let till = try await store.pair("till-1")
    let tomorrow = noon.advanced(by: .seconds(86_400))
    try await store.book(try .sample("ORDER-0001"), at: till, dueAt: tomorrow)
    try await store.book(try .sample("ORDER-0002"), at: till, dueAt: noon.advanced(by: .seconds(120)))
    var delayed = try await store.book(try .sample("ORDER-0003"), at: till)
    delayed.settlement = delayed.settlement.kept(as: .delayed, dueAt: tomorrow)
    #expect(try await store.commit(OrderDecision(orders: [delayed])))
    #expect(
      try await store.pullIn(waitingBeyond: noon.advanced(by: .seconds(600)), to: noon, claimedBeyond: end)
        == 1)
    #expect(try await names(store.claimDue(atMost: 9, at: noon, until: end)) == ["ORDER-0001"])
  }

  func claimOutlivesChanges() async throws {
    let till = try await store.pair("till-1")
    var record = try await store.book(try .sample("ORDER-0001"), at: till)
    let first = try #require(try await store.claimDue(atMost: 1, at: noon, until: end).first)
    // Staff void it while the platform is called.
    record.settlement = record.settlement.kept(dueAt: noon, void: "wrong dish")
    #expect(try await store.commit(OrderDecision(orders: [record])))
    #expect(try await store.claimDue(atMost: 1, at: noon, until: end).isEmpty)
    #expect(try await store.nextDueTime() == end)

    let later = end.advanced(by: .seconds(300))
    let second = try #require(try await store.claimDue(atMost: 1, at: end, until: later).first)
    try await store.release(first.claim)
    #expect(try await store.claimDue(atMost: 1, at: end, until: later).isEmpty, "it is another's claim now")
    try await store.release(second.claim)
    #expect(try await store.claimDue(atMost: 1, at: end, until: later).count == 1)
  }

  func deathLosesNothing() async throws {
    let till = try await store.pair("till-1")
    try await store.book(try .sample("ORDER-0001"), at: till)
    let work = try #require(try await store.claimDue(atMost: 1, at: noon, until: end).first)
    guard case .order(var record) = work.subject else { throw NotAnOrder() }
    record.settlement = record.settlement.kept(
      dueAt: noon, doubt: Settlement.Doubt(since: noon, sentAt: noon))
    #expect(try await store.commit(OrderDecision(orders: [record])))
    let store = try await subject.afterDeath()
    let again = try await store.claimDue(atMost: 1, at: end, until: end.advanced(by: .seconds(1)))
    #expect(names(again) == ["ORDER-0001"])
    #expect(try await store.record(record.number).settlement.doubt != nil)
    try await store.release(work.claim)
    #expect(
      try await store.claimDue(atMost: 1, at: end, until: end.advanced(by: .seconds(1))).isEmpty,
      "the dead worker's claim is nobody's")
  }
}

private struct NotAnOrder: Error {}

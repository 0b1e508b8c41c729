import CanteenCore
import CanteenTestSupport
import Concurrency
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore
import GRDB
import HTTPService
import Logging
import PaymentPlatform
import Testing

@testable import Gateway

/// Voids and refunds from the till's entry to the platform, other tills' news, and ledgers that are carried or
/// not to be trusted.
@Suite(.timeLimit(.minutes(3)))
struct UndoingTests {
  private let folder: TemporaryFolder
  private let store: SQLiteGatewayStore
  private let wallClock = ManualWallClock()
  private let key = P256.Signing.PrivateKey()
  private let till: PairedTerminal
  private let chain: EntryWriter
  private let number: OutTradeNumber

  init() async throws {
    folder = try TemporaryFolder()
    store = try SQLiteGatewayStore(path: folder.path("gateway.sqlite"))
    till = try await store.pair("till-1", key: key, at: wallClock.now())
    chain = EntryWriter(terminal: till.id, key: key)
    number = try OutTradeNumber("ORDER-0001")
    try await send(.orderAccepted(.sample("ORDER-0001")))
  }

  private func send(_ payload: LedgerPayload) async throws {
    let answers = try await LedgerIntake(store: store).take(
      [chain.next(payload)], of: till, at: wallClock.now())
    try #require(answers.allSatisfy { $0.outcome == .stored }, "\(answers)")
  }

  private func scheduler(_ platform: ScriptedPlatform) -> SettlementScheduler {
    SettlementScheduler(
      store: store, platforms: SchoolPlatforms(platform), eventsWritten: Broadcast(0), wallClock: wallClock,
      clock: ManualClock(),
      jitter: { 1 }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, quiet: .seconds(3))
  }

  /// Lets the scheduler do everything that falls due within ten minutes.
  private func settle(_ platform: ScriptedPlatform) async throws {
    let scheduler = scheduler(platform)
    for _ in 0..<60 {
      while try await scheduler.moveOnce() {}
      wallClock.advance(by: .seconds(10))
    }
  }

  private func state() async throws -> String? { try await store.orders(atMost: 9).first?.state }

  private func void() throws -> LedgerPayload {
    .orderVoided(
      VoidOrder(outTradeNumber: number, operatorID: try OperatorID("anna"), reason: "wrong dish"))
  }

  private func refund(_ amount: Int64, _ suffix: String = "1") throws -> LedgerPayload {
    .refundRequested(
      Refund(
        outRefundNumber: try OutRefundNumber("R-\(suffix)"), outTradeNumber: number, amount: Fen(amount),
        operatorID: try OperatorID("anna"), reason: "wrong dish"))
  }

  private static let paid = Deduction.charged(transactionID: "T-1", advanced: false)

  @Test func `A void before the deduction means the platform is never asked`() async throws {
    try await send(try void())
    let platform = ScriptedPlatform(deductions: [Self.paid])
    try await settle(platform)
    #expect(platform.calls.isEmpty)
    #expect(try await state() == "voided")
  }

  @Test func `A void after the deduction gives the whole money back, once`() async throws {
    let platform = ScriptedPlatform(
      deductions: [Self.paid], refunds: [.unknown(reason: "timeout")],
      refundQueries: [.processing(stuck: false), .refunded(refundID: "F-1")])
    try await settle(platform)
    try await send(try void())
    try await settle(platform)
    #expect(
      platform.calls == [
        "deduct ORDER-0001", "refund V-ORDER-0001 1200", "query refund V-ORDER-0001",
        "query refund V-ORDER-0001",
      ])
    #expect(try await state() == "refunded")
  }

  @Test func `A void while nobody knows whether money was taken asks first`() async throws {
    let taken = ScriptedPlatform(
      deductions: [.unknown(reason: "timeout")], queries: [Self.paid], refunds: [.refunded(refundID: "F-1")])
    _ = try await scheduler(taken).moveOnce()
    try await send(try void())
    try await settle(taken)
    #expect(taken.calls == ["deduct ORDER-0001", "query ORDER-0001", "refund V-ORDER-0001 1200"])
    #expect(try await state() == "refunded")
  }

  @Test func `A void of an order the platform never had is a void, and the order is not sent again`()
    async throws
  {
    let lost = ScriptedPlatform(
      deductions: [.unknown(reason: "timeout")],
      queries: Array(repeating: .notCharged(.notFound, reason: "no such order"), count: 9))
    _ = try await scheduler(lost).moveOnce()
    try await send(try void())
    try await settle(lost)
    #expect(lost.calls.first == "deduct ORDER-0001")
    #expect(lost.calls.dropFirst().allSatisfy { $0 == "query ORDER-0001" } && lost.calls.count >= 4)
    #expect(try await state() == "voided")
  }

  @Test func `A void that arrives while the platform says "try later" ends the order, and nothing spins`()
    async throws
  {
    let platform = ScriptedPlatform(deductions: [.notCharged(.tryLater, reason: "429"), Self.paid])
    let crossing = try chain.next(try void())
    platform.duringNextDeduction { [store, till, wallClock] in
      _ = try await LedgerIntake(store: store).take([crossing], of: till, at: wallClock.now())
    }
    let scheduler = scheduler(platform)
    #expect(try await scheduler.moveOnce())
    wallClock.advance(by: .seconds(3_600))
    #expect(try await !scheduler.moveOnce(), "nothing is due")
    #expect(platform.calls == ["deduct ORDER-0001"])
    #expect(try await state() == "voided")
    #expect(try await store.results(for: till.id).map(\.state) == [.voided])
  }

  @Test func `An order that an earlier version left void, unsent and due is ended`() async throws {
    let number = number
    #expect(
      try await store.amend([number]) { book in
        guard var record = book.order(number) else { return false }
        let kept = record.settlement
        record.settlement = Settlement(
          state: .uploaded, transactionID: nil, reason: nil, void: "wrong dish",
          calls: CallHistory(attempts: kept.calls.attempts, dueAt: kept.dueAt),
          attemptsOfDay: kept.attemptsOfDay, concludedAt: nil, mayBeSent: true)
        book.write(record)
        return true
      })
    let scheduler = scheduler(ScriptedPlatform(deductions: []))
    _ = try await scheduler.moveOnce()
    #expect(try await !scheduler.moveOnce())
    #expect(try await state() == "voided")
  }

  @Test func `Another till's void changes nothing and is noticed`() async throws {
    let key = P256.Signing.PrivateKey()
    let other = try await store.pair("till-2", key: key, at: wallClock.now())
    let writer = EntryWriter(terminal: other.id, key: key)
    _ = try await LedgerIntake(store: store).take(
      [writer.next(try void())], of: other, at: wallClock.now())
    let platform = ScriptedPlatform(deductions: [Self.paid])
    try await settle(platform)
    #expect(try await state() == "paid")
    _ = try await LedgerIntake(store: store).take(
      [writer.next(try void())], of: other, at: wallClock.now())
    try await settle(platform)
    #expect(platform.calls == ["deduct ORDER-0001"], "nothing is given back")
    let alarm = try await DatabaseQueue(path: folder.path("gateway.sqlite")).read { db in
      try String.fetchOne(db, sql: "SELECT alarm FROM terminal WHERE terminal_id = 'till-2'")
    }
    #expect(alarm == "unsound")
  }

  @Test func `A late void gives back what no refund was asked for`() async throws {
    let platform = ScriptedPlatform(
      deductions: [Self.paid], refunds: [.refunded(refundID: "F-1"), .refunded(refundID: "F-2")])
    try await settle(platform)
    try await send(try refund(300))
    try await send(try void())
    try await settle(platform)
    #expect(
      platform.calls.dropFirst().sorted() == ["refund R-1 300", "refund V-ORDER-0001 900"])
    #expect(try await state() == "refunded")
  }

  @Test(arguments: [Int64.max, .min, 0, -1, 1_000_00 + 1, 1_000_000_000_001])
  func `A refund of what no order costs is refused, and the gateway goes on`(amount: Int64) async throws {
    try await settle(ScriptedPlatform(deductions: [Self.paid]))
    try await send(try refund(1))
    let entry = try chain.next(try refund(amount, "2"))
    for _ in 1...2 {
      let answers = try await LedgerIntake(store: store).take([entry], of: till, at: wallClock.now())
      #expect(answers.map(\.outcome) == [.refused])
    }
    #expect(try await state() == "paid")
  }

  @Test func `A void that crosses a refusal wins, so that till and gateway say the same`() async throws {
    try await settle(ScriptedPlatform(deductions: [.notCharged(.forGood, reason: "no contract")]))
    #expect(try await state() == "failed")
    try await send(try void())
    #expect(try await state() == "voided")
  }

  @Test func `Partial refunds add up; more than was paid is refused and told`() async throws {
    let platform = ScriptedPlatform(
      deductions: [Self.paid], refunds: [.refunded(refundID: "F-1"), .refunded(refundID: "F-2")])
    try await settle(platform)
    for (amount, suffix) in [(700, "1"), (501, "2"), (500, "3")] as [(Int64, String)] {
      try await send(try refund(amount, suffix))
    }
    try await settle(platform)
    #expect(platform.calls.suffix(2) == ["refund R-1 700", "refund R-3 500"])
    #expect(try await state() == "refunded")
    let results = try await store.events(for: till.id, after: 0).items.compactMap { item in
      if case .refundResult(let result) = item {
        "\(result.refund.outRefundNumber) \(result.state.rawValue)"
      } else {
        nil
      }
    }
    #expect(results.sorted() == ["R-1 refunded", "R-2 failed", "R-3 refunded"])
  }

  @Test func `I2: after a crash in the middle of a refund the first word is a question`() async throws {
    try await settle(ScriptedPlatform(deductions: [Self.paid]))
    try await send(try refund(300))
    let asked = try OutRefundNumber("R-1")
    let now = wallClock.now()
    let rules = Settlement.Rules(terms: .unnamed, utcOffset: 480, quiet: .seconds(3), jitter: 1)
    let request = PlatformRequest(body: Data("first".utf8))
    let begun = try await store.amend([number]) { $0.begin(asked, request: request, at: now, under: rules) }
    #expect(begun == .call(.refund, request))
    let platform = ScriptedPlatform(
      deductions: [], refunds: [.refunded(refundID: "F-1")],
      refundQueries: Array(repeating: .notRefunded(.notFound, reason: "no such refund"), count: 2))
    try await settle(platform)
    // Soon after a send "not found" says nothing.
    #expect(platform.calls == ["query refund R-1", "query refund R-1", "refund R-1 300"])
    #expect(platform.requests == [PlatformRequest(body: Data("first".utf8))], "the same bytes again")
  }

  @Test func `Other tills hear what a user spent, and that it was taken back`() async throws {
    let other = try await store.pair("till-2", key: P256.Signing.PrivateKey(), at: wallClock.now())
    try await send(.orderAccepted(.sample("ORDER-0002", amount: Fen(300), period: "lunch")))
    func spent() async throws -> DayBook.Entry? {
      try await store.events(for: other.id, after: 0).items.compactMap { item in
        if case .spentElsewhere(let spent) = item { spent.entry } else { nil }
      }.last
    }
    #expect(try await spent() == DayBook.Entry(personal: Fen(1_500), meals: ["lunch": 1]))
    try await send(try void())
    #expect(try await spent()?.personal == Fen(300))
    #expect(
      try await store.events(for: till.id, after: 0).items.allSatisfy { item in
        if case .spentElsewhere = item { false } else { true }
      })
  }

  @Test func `Other tills hear that an order was given back whole`() async throws {
    let other = try await store.pair("till-2", key: P256.Signing.PrivateKey(), at: wallClock.now())
    func spent() async throws -> Fen? {
      try await store.events(for: other.id, after: 0).items.compactMap { item in
        if case .spentElsewhere(let spent) = item { spent.entry.personal } else { nil }
      }.last
    }
    let platform = ScriptedPlatform(
      deductions: [Self.paid], refunds: [.refunded(refundID: "F-1"), .refunded(refundID: "F-2")])
    try await settle(platform)
    try await send(try refund(500, "1"))
    try await settle(platform)
    #expect(try await spent() == nil, "part of it is still a sale")
    try await send(try refund(700, "2"))
    try await settle(platform)
    #expect(try await spent() == .zero)
  }

  @Test func `"Already refunded" after an answer that was lost is no failure: staff would pay again`()
    async throws
  {
    try await settle(ScriptedPlatform(deductions: [Self.paid]))
    try await send(try refund(1_200))
    let missing = RefundOutcome.notRefunded(.notFound, reason: "no such refund")
    let platform = ScriptedPlatform(
      deductions: [],
      refunds: [.unknown(reason: "reset"), .notRefunded(.forGood, reason: "已全额退款")],
      refundQueries: [missing, missing, .refunded(refundID: "F-1")])
    try await settle(platform)
    #expect(try await state() == "refunded")
    #expect(platform.calls.count { $0.hasPrefix("refund ") } == 2)
  }

  @Test func `A refund that is stuck at the platform is told apart, and followed until it is not`()
    async throws
  {
    try await settle(ScriptedPlatform(deductions: [Self.paid]))
    try await send(try refund(1_200))
    let platform = ScriptedPlatform(
      deductions: [], refunds: [.processing(stuck: true)],
      refundQueries: Array(repeating: .processing(stuck: true), count: 3))
    try await settle(platform)
    #expect(try await store.bookView(of: [number]).refunds.map(\.state) == [.abnormal])
    #expect(platform.calls.count <= 5, "not asked about every second")
    try await settle(ScriptedPlatform(deductions: [], refundQueries: [.refunded(refundID: "F-1")]))
    #expect(try await state() == "refunded")
  }

  /// The order's user, enrolled.
  private func enrol() async throws -> OutUserID {
    let user = try OutUserID("s00001")
    try await store.save(
      EnrolledUser(
        user: RecognisedUser(outUserID: user, platformUserID: "P", displayName: "甲"), mayPay: true,
        shots: SealedShots(origin: nil, bytes: Data())), at: wallClock.now())
    return user
  }

  private func standings(at till: TerminalID) async throws -> [UserBar?] {
    try await store.events(for: till, after: 0).items.compactMap { item in
      if case .userStanding(let standing) = item { .some(standing.bar) } else { nil }
    }
  }

  @Test func `A refund of an order whose deduction is delayed waits with it, and is not looked at all day`()
    async throws
  {
    let platform = ScriptedPlatform(
      deductions: Array(repeating: .notCharged(.insufficientFunds, reason: "empty"), count: 12))
    let scheduler = scheduler(platform)
    while try await scheduler.moveOnce() {}
    try await send(try refund(100))
    var looks = 0
    for _ in 0..<360 {
      while try await scheduler.moveOnce() { looks += 1 }
      wallClock.advance(by: .seconds(10))
    }
    #expect(looks > 3 && looks < 20)
    #expect(platform.calls.allSatisfy { !$0.contains("refund") })
  }

  @Test func `Whoever runs out of money is barred at every till until money comes`() async throws {
    let user = try await enrol()
    let platform = ScriptedPlatform(deductions: [.notCharged(.insufficientFunds, reason: "empty"), Self.paid])
    try await settle(platform)
    #expect(try await store.bars(of: user) == UserBars([.advances]))
    wallClock.advance(by: .seconds(1_800))
    try await settle(platform)
    #expect(try await state() == "paid")
    #expect(try await store.bars(of: user) == UserBars.none)
    #expect(try await standings(at: till.id) == [.advancesUsedUp, nil])
  }

  @Test func `Money that comes lifts no bar of the school's`() async throws {
    let user = try await enrol()
    try await store.set(.school, true, of: user)
    let platform = ScriptedPlatform(deductions: [.notCharged(.insufficientFunds, reason: "empty"), Self.paid])
    try await settle(platform)
    wallClock.advance(by: .seconds(1_800))
    try await settle(platform)
    #expect(try await state() == "paid")
    #expect(try await store.bars(of: user) == UserBars([.school]))
    #expect(try await standings(at: till.id) == [.blocked], "no till hears that anything changed")
  }

  @Test func `A void of the order that waited for money lets its user pay again`() async throws {
    let user = try await enrol()
    try await settle(ScriptedPlatform(deductions: [.notCharged(.insufficientFunds, reason: "empty")]))
    #expect(try await store.bars(of: user) == UserBars([.advances]))
    try await send(try void())
    #expect(try await state() == "voided")
    #expect(try await store.bars(of: user) == UserBars.none)
    #expect(try await standings(at: till.id) == [.advancesUsedUp, nil])
  }

  @Test func `A till that is paired later hears of everybody who may not pay`() async throws {
    let user = try await enrol()
    try await store.set(.contract, true, of: user)
    let later = try await store.pair("till-2", key: P256.Signing.PrivateKey(), at: wallClock.now())
    #expect(try await standings(at: later.id).isEmpty)
    try await store.tellBars(to: later.id)
    #expect(try await standings(at: later.id) == [.contractEnded])
    #expect(try await standings(at: till.id) == [.contractEnded], "the others have heard before")
  }

  @Test func `A bar that gets a second source while a till is paired is told to it all the same`()
    async throws
  {
    let user = try await enrol()
    try await store.set(.school, true, of: user)
    try await store.set(.contract, true, of: user)
    let later = try await store.pair("till-2", key: P256.Signing.PrivateKey(), at: wallClock.now())
    try await store.tellBars(to: later.id)
    #expect(try await standings(at: later.id) == [.blocked])
  }

  @Test
  func `A thaw at the platform has delayed orders tried within the hours, and not more often than allowed`()
    async throws
  {
    let user = try await enrol()
    let platform = ScriptedPlatform(deductions: [.notCharged(.insufficientFunds, reason: "empty")])
    let scheduler = scheduler(platform)
    #expect(try await scheduler.moveOnce())
    try await scheduler.hastenDelayedOrders(of: user)
    #expect(try await store.nextDueTime() == wallClock.now(), "noon is within the hours")
    let night = ManualWallClock(wallClock.now().advanced(by: .seconds(10 * 3_600)))
    let atNight = SettlementScheduler(
      store: store, platforms: SchoolPlatforms(platform), eventsWritten: Broadcast(0), wallClock: night,
      clock: ManualClock(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let (number, tomorrow) = (number, night.now().advanced(by: .seconds(86_400)))
    try await store.amend([number]) { $0.postpone(number, until: tomorrow) }
    try await atNight.hastenDelayedOrders(of: user)
    #expect(
      try await store.nextDueTime() == night.now().advanced(by: .seconds(8 * 3_600)), "six in the morning")
  }

  @Test func `The platform is told where the till stood, and nothing that is not known`() async throws {
    let answers = try await LedgerIntake(store: store).take(
      [chain.next(.orderAccepted(.sample("ORDER-0002")))], of: till, from: "10.1.2.3", at: wallClock.now())
    #expect(answers.map(\.outcome) == [.stored])
    let platform = ScriptedPlatform(deductions: [Self.paid, Self.paid])
    try await settle(platform)
    let sent = platform.requests.map { String(decoding: $0.body, as: UTF8.self) }
    #expect(sent.sorted() == ["ORDER-0001 school nowhere", "ORDER-0002 school 10.1.2.3"])
  }

  @Test func `I9: a ledger that ends before what it uploaded, or otherwise, is noticed`() async throws {
    func alarm(_ sequence: Int64, _ hash: Data, _ proof: LedgerPoint? = nil) async throws -> TerminalAlarm? {
      try await store.chainEnd(of: till.id).alarm(
        at: LedgerHead(sequence: sequence, hash: hash, unsentOrders: 0, unsentAmount: .zero), proof: proof)
    }
    #expect(try await alarm(1, chain.lastHash) == nil)
    #expect(try await alarm(7, Data(count: 32)) == nil)
    #expect(try await alarm(0, Data(count: 32)) == .behind)
    #expect(try await alarm(1, Data(count: 32)) == .forked)
    let foreign = LedgerPoint(sequence: 1, hash: Data(count: 32))
    #expect(try await alarm(7, Data(count: 32), foreign) == .forked, "though it is longer")
    #expect(try await alarm(7, Data(count: 32), LedgerPoint(sequence: 1, hash: chain.lastHash)) == nil)
  }

  @Test func `An unsound order in a till's signature is not opened`() async throws {
    let entry = try chain.next(.orderAccepted(.sample("ORDER-0002", amount: Fen(1_000_000_000_000_000_000))))
    let answers = try await LedgerIntake(store: store).take([entry], of: till, at: wallClock.now())
    #expect(answers.map(\.outcome) == [.refused])
    #expect(try await store.orders(atMost: 9).count == 1)
  }

  @Test func `A carried ledger is taken once however often it comes, and not at all with a flipped bit`()
    async throws
  {
    let exportKey = P256.KeyAgreement.PrivateKey()
    let desk = LedgerExportIntake(
      store: store, intake: LedgerIntake(store: store), key: exportKey,
      scheduler: scheduler(ScriptedPlatform(deductions: [])),
      eventsWritten: Broadcast(0), wallClock: wallClock)
    let entries = [chain.last, try chain.next(.orderAccepted(.sample("ORDER-0002")))].compactMap(\.self)
    let file = try LedgerExport(
      entries, exportedAt: wallClock.now(), sealedTo: exportKey.publicKey, signedBy: key, certificate: nil
    ).line()
    var flipped = file
    flipped[file.count / 2] ^= 1
    await #expect(throws: HTTPRefusal.self) { try await desk.take(flipped) }
    #expect(try await store.orders(atMost: 9).count == 1)
    for _ in 1...2 {
      let answer = try await desk.take(file)
      #expect((answer.first, answer.last, answer.entries) == (1, 2, 2))
    }
    #expect(try await store.orders(atMost: 9).count == 2)
  }

  @Test func `What is carried here too late is kept beside the till's ledger, part by part`() async throws {
    let exportKey = P256.KeyAgreement.PrivateKey()
    let desk = LedgerExportIntake(
      store: store, intake: LedgerIntake(store: store), key: exportKey,
      scheduler: scheduler(ScriptedPlatform(deductions: [])), eventsWritten: Broadcast(0),
      wallClock: wallClock)
    func part(_ entries: [LedgerEntry]) throws -> Data {
      try LedgerExport(
        entries, exportedAt: wallClock.now(), sealedTo: exportKey.publicKey, signedBy: key, certificate: nil
      ).line()
    }
    let branch = EntryWriter(terminal: till.id, key: key)
    let first = try #require(chain.last)
    var late: [LedgerEntry] = []
    for number in 2...5 { late.append(try branch.next(.orderAccepted(.sample("LATE-000\(number)")))) }
    try await send(.orderAccepted(.sample("ORDER-0002")))
    // Its second part cannot come before the first.
    await #expect(throws: HTTPRefusal.self) { try await desk.take(part([late[2], late[3]])) }
    for _ in 1...2 {
      #expect(try await desk.take(part([late[0], late[1]])).strays == 2)
      #expect(try await desk.take(part([late[2], late[3]])).strays == 2)
    }
    #expect(try await store.strays(of: till.id, after: 0).entries == late)
    #expect(try await store.orders(atMost: 9).count == 2)
    #expect(try await desk.take(part([first])).strays == 0)
  }

  @Test func `Tills hear at once that there is another operator`() async throws {
    let anna = try OperatorID("anna")
    try await store.save(Operator(id: anna, name: "安娜", role: .supervisor, pin: PINHash("246810")))
    #expect(try await store.events(for: till.id, after: 0).items == [.leaseChanged])
    #expect(try await store.operators().first?.pin.matches("246810") == true)
    #expect(try await store.operators().first?.pin.matches("246811") == false)
    #expect(try await store.remove(anna))
    #expect(try await store.events(for: till.id, after: 0).items.count == 2)
    #expect(try await !store.remove(anna))
  }

  @Test func `The day report adds up by till, meal, mode and state`() async throws {
    try await send(.orderAccepted(.sample("ORDER-0002", subsidy: Fen(200), period: "lunch")))
    try await send(.orderAccepted(.sample("ORDER-0003", user: nil)))
    let lines = try await store.dayReport(of: SchoolTime.noon.day)
    #expect(lines.map(\.orders).reduce(0, +) == 3)
    #expect(lines.map(\.toCollect).reduce(.zero, +) == Fen(2_200))
    #expect(lines.first { $0.period == "lunch" }?.subsidy == Fen(200))
    #expect(try await store.dayReport(of: SchoolTime.noon.day.advanced(byDays: 1)).isEmpty)
  }
}

/// Writes a till's entries one after the other.
final class EntryWriter {
  let terminal: TerminalID
  let key: P256.Signing.PrivateKey
  private(set) var last: LedgerEntry?

  var lastHash: Data { last?.hash ?? LedgerEntry.firstPreviousHash }

  init(terminal: TerminalID, key: P256.Signing.PrivateKey) {
    self.terminal = terminal
    self.key = key
  }

  func next(_ payload: LedgerPayload) throws -> LedgerEntry {
    let entry = try LedgerEntry(
      terminal: terminal, sequence: (last?.sequence ?? 0) + 1, previousHash: lastHash,
      recordedAt: Timestamp(millisecondsSince1970: 1_795_147_200_000),
      payload: CanonicalJSON.text(payload), key: key)
    last = entry
    return entry
  }
}

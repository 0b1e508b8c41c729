import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GatewayProtocol
import GRDB
import Testing
import TillAPI

@testable import OrderLedger

/// A till whose disk is put back, lost or copied, and a gateway that comes back from a backup.
final class ContinuityTests {
  private let folder: TemporaryFolder
  private let key = P256.Signing.PrivateKey()
  private let clock = ManualWallClock()
  private let gateway: HoldingGateway
  private var ledger: OrderLedger
  private var prover: LedgerProver
  private var uploader: OrderUploader
  private var boxes = 0

  init() async throws {
    folder = try TemporaryFolder()
    gateway = HoldingGateway(for: try TerminalID("till-1"))
    ledger = try Self.open(folder, "box", key, clock)
    (prover, uploader) = Self.workers(of: ledger, gateway)
    try await prover.prove()
  }

  private static func open(
    _ folder: TemporaryFolder, _ box: String, _ key: P256.Signing.PrivateKey, _ clock: ManualWallClock
  ) throws -> OrderLedger {
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: box), withIntermediateDirectories: true)
    return try OrderLedger(
      path: folder.path("\(box)/ledger.sqlite"), terminal: TerminalID("till-1"), key: key, wallClock: clock,
      mark: folder.url.appending(path: "\(box)/ledger.end"))
  }

  private static func workers(of ledger: OrderLedger, _ gateway: HoldingGateway) -> (
    LedgerProver, OrderUploader
  ) {
    let prover = LedgerProver(ledger: ledger, transport: gateway, gatewayKey: gateway.key.publicKey)
    return (
      prover, OrderUploader(ledger: ledger, prover: prover, transport: gateway, clock: ManualClock())
    )
  }

  private func sell(_ numbers: ClosedRange<Int>, user: String? = "s00001") async throws {
    for number in numbers { try await ledger.accept(.sample("ORDER-\(1_000 + number)", user: user)) }
  }

  private func send() async throws { while try await uploader.sendOneBatch() {} }

  private func numbers() async throws -> Set<String> {
    Set(try await ledger.recentOrders(atMost: 100).map(\.outTradeNumber))
  }

  /// The box's disk as it is now; the mark beside the ledger is on it.
  private func backUp() throws -> String {
    boxes += 1
    let copy = "backup\(boxes)"
    ledger.close()
    try FileManager.default.copyItem(
      at: folder.url.appending(path: "box"), to: folder.url.appending(path: copy))
    try start()
    return copy
  }

  private func restore(_ copy: String) throws {
    ledger.close()
    try FileManager.default.removeItem(at: folder.url.appending(path: "box"))
    try FileManager.default.copyItem(
      at: folder.url.appending(path: copy), to: folder.url.appending(path: "box"))
    try start()
  }

  private func start() throws {
    ledger = try Self.open(folder, "box", key, clock)
    (prover, uploader) = Self.workers(of: ledger, gateway)
  }

  private func loseLedger(andMark losesMark: Bool = false) throws {
    ledger.close()
    let box = folder.url.appending(path: "box")
    for name in try FileManager.default.contentsOfDirectory(atPath: box.path)
    where losesMark || name != "ledger.end" {
      try FileManager.default.removeItem(at: box.appending(path: name))
    }
    try start()
  }

  @discardableResult
  private func recover() async throws -> LedgerRecovery {
    try await prover.prove()
    return try await prover.recover()
  }

  private func news() throws -> TerminalEvents {
    TerminalEvents(
      items: [.userStanding(UserStanding(user: try OutUserID("s00009"), bar: .blocked))], cursor: 7)
  }

  // MARK: An old disk

  @Test func `A restored disk takes nothing but cash until it was recovered, and then nothing is missing`()
    async throws
  {
    try await sell(1...3)
    try await send()
    let old = try backUp()
    try await sell(4...6)
    try await send()
    let sixth = try #require(gateway.entries.last)
    try restore(old)

    #expect(try await prover.prove().standing == .behind)
    await #expect(throws: LedgerError.limited(.behind)) { try await self.sell(7...7) }
    await #expect(throws: LedgerError.limited(.behind)) { try await self.ledger.record(self.news()) }
    await #expect(throws: LedgerError.limited(.behind)) {
      try await self.ledger.openShift(by: OperatorID("anna"))
    }
    try await sell(8...9, user: nil)
    #expect(try await !uploader.sendOneBatch(), "nothing leaves before")
    #expect(gateway.entries.last == sixth)

    let recovery = try await recover()
    #expect((recovery.fetched, recovery.setAside, recovery.broughtBack) == (3, 2, 2))
    #expect(try await numbers() == Set((1...9).filter { $0 != 7 }.map { "ORDER-\(1_000 + $0)" }))
    try await sell(10...10)
    try await send()
    #expect(try await ledger.verify() == Int64(gateway.entries.count))
    #expect(try await ledger.totals().allOrders == 9)
    let again = try await ledger.accept(.sample("ORDER-1008", user: nil))
    #expect(again.sequence == 7, "booked once, though it is asked for again")
  }

  @Test func `A till behind stays behind over a restart, and however much cash it takes`() async throws {
    let old = try backUp()
    try await sell(1...2)
    try await send()
    try restore(old)
    try await prover.prove()
    try await sell(3...6, user: nil)
    for _ in 1...2 {
      try start()
      #expect(try await prover.prove().standing == .behind, "its own ledger is the longer one now")
    }
    try await recover()
    try await send()
    #expect(try await numbers().count == 6)
    #expect(try await ledger.verify() == Int64(gateway.entries.count))
  }

  @Test func `What is brought back once is not brought back again when the old disk comes back again`()
    async throws
  {
    let old = try backUp()
    try await sell(1...2)
    try await send()
    try restore(old)
    try await prover.prove()
    try await sell(3...3, user: nil)
    let older = try backUp()
    try await recover()
    try await send()
    try restore(older)
    let recovery = try await recover()
    #expect((recovery.setAside, recovery.broughtBack) == (1, 0))
    try await send()
    #expect(try await numbers().count == 3)
    #expect(try await ledger.verify() == Int64(gateway.entries.count))
  }

  @Test func `A void, a refund and a shift on the lost branch are said again`() async throws {
    let old = try backUp()
    try await sell(1...1)
    try await send()
    try restore(old)
    // Its gateway is away, so it cannot know.
    let anna = try OperatorID("anna")
    _ = try await ledger.openShift(by: anna)
    try await sell(2...3)
    try await ledger.void(
      VoidOrder(outTradeNumber: OutTradeNumber("ORDER-1002"), operatorID: anna, reason: "wrong dish"))
    #expect(try await prover.prove().standing == .forked)
    try await recover()
    #expect(try await ledger.bookedOrder(OutTradeNumber("ORDER-1002"))?.state == .voided)
    #expect(try await ledger.bookedOrder(OutTradeNumber("ORDER-1003"))?.state == .accepted)
    #expect(try await ledger.openShift()?.operatorID == anna)
    #expect(try await ledger.staffActions(atMost: 9).map(\.record.action) == [.void, .openShift])
    try await send()
    #expect(try await ledger.verify() == Int64(gateway.entries.count))
  }

  @Test func `Entries leave the ledger only into the table that keeps them, and never leave that`()
    async throws
  {
    let old = try backUp()
    try await sell(1...1)
    try await send()
    try restore(old)
    try await prover.prove()
    try await sell(2...2, user: nil)
    let signed = try await ledger.database.read { [ledger] in try ledger.lastEntries(1, in: $0) }
    await #expect(throws: (any Error).self) {
      try await self.ledger.database.write {
        try $0.execute(sql: "DELETE FROM booked_order; DELETE FROM entry")
      }
    }
    try await recover()
    let kept = try await ledger.database.read { [ledger] db in
      try Row.fetchAll(db, sql: "SELECT * FROM set_aside_entry").map(ledger.entry)
    }
    #expect(kept == signed, "as it was signed")
    for sql in ["DELETE FROM set_aside_entry", "UPDATE set_aside_entry SET payload = '{}'"] {
      await #expect(throws: (any Error).self) {
        try await self.ledger.database.write { try $0.execute(sql: sql) }
      }
    }
  }

  @Test func `A recovery that is cut off half way changes nothing, and the next one does it all`()
    async throws
  {
    let old = try backUp()
    try await sell(1...3)
    try await send()
    try restore(old)
    try await prover.prove()
    try await sell(4...4, user: nil)
    try await ledger.keepFetched(Array(gateway.entries.prefix(2)), after: 0, isFirst: true)
    await #expect(throws: LedgerError.damaged(sequence: 3, reason: "the signature is wrong")) {
      let forged = try LedgerEntry(
        terminal: TerminalID("till-1"), sequence: 3, previousHash: self.gateway.entries[1].hash,
        recordedAt: self.clock.now(), payload: "{}", key: P256.Signing.PrivateKey())
      try await self.ledger.keepFetched([forged], after: 0, isFirst: false)
    }
    #expect(try await numbers() == ["ORDER-1004"])
    try start()
    try await recover()
    #expect(try await numbers().count == 4)
  }

  @Test func `What became of orders that a copy sold is heard once they are in this ledger`() async throws {
    let copy = try backUp()
    try await sell(1...1)
    try await send()
    let result = OrderResult(
      outTradeNumber: try OutTradeNumber("ORDER-1001"), state: .paid, transactionID: "T-1", reason: nil,
      at: clock.now())
    try restore(copy)
    // The copy's order is paid before this box knows it.
    let told = TerminalEvents(items: [.orderResult(result)], cursor: 7)
    try await ledger.record(told)
    try await recover()
    #expect(try await ledger.eventPlace().cursor == 0)
    try await ledger.record(told)
    #expect(try await ledger.bookedOrder(result.outTradeNumber)?.state == .paid)
  }

  @Test func `A recovery that is asked for twice at once is done once`() async throws {
    let old = try backUp()
    try await sell(1...9)
    try await send()
    try restore(old)
    try await prover.prove()
    gateway.onceBeforeAnswering { [prover] in
      await #expect(throws: RecoveryIsUnderWay.self) { try await prover.recover() }
    }
    #expect(try await prover.recover().fetched == 9)
    #expect(try await ledger.verify() == 9)
  }

  @Test func `A ledger that is whole is not recovered, and keeps what it has not sent yet`() async throws {
    try await sell(1...3)
    let unsent = try await ledger.unsent(atMost: 9)
    let recovery = try await prover.recover()
    #expect((recovery.end, recovery.fetched, recovery.setAside, recovery.broughtBack) == (3, 0, 0, 0))
    #expect(try await ledger.unsent(atMost: 9) == unsent)
  }

  @Test func `Entries that somebody cut short are not taken for all there are`() async throws {
    let old = try backUp()
    try await sell(1...5)
    try await send()
    try restore(old)
    try await prover.prove()
    for cut in [0, 3] {
      gateway.tells(through: cut)
      await #expect(throws: HeldLedgerError.incomplete) { try await self.prover.recover() }
      #expect(try await ledger.comparison().standing == .behind)
    }
    gateway.tells(through: .max)
    #expect(try await recover().fetched == 5)
  }

  @Test func `News that were asked for before a recovery are heard again after it`() async throws {
    let old = try backUp()
    let before = try await ledger.eventPlace()
    try await ledger.record(TerminalEvents(items: [], cursor: 3))
    #expect(try await ledger.record(news(), from: before).standings.isEmpty)
    #expect(try await ledger.eventPlace().cursor == 3)
    try await sell(1...1)
    try await send()
    try restore(old)
    let asked = try await ledger.eventPlace()
    try await recover()
    try await ledger.record(news(), from: asked)
    #expect(try await ledger.eventPlace().cursor == 7, "nothing was read in between")
  }

  @Test func `An old answer does not lead past news that were not heard yet`() async throws {
    let place = try await ledger.eventPlace()
    let old = TerminalEvents(items: try news().items, cursor: 40, after: 30)
    #expect(try await ledger.record(old, from: place).standings.isEmpty)
    #expect(try await ledger.eventPlace() == place)
    try await ledger.record(TerminalEvents(items: try news().items, cursor: 30, after: 0), from: place)
    #expect(try await ledger.eventPlace().cursor == 30)
    try await ledger.record(old, from: ledger.eventPlace())
    #expect(try await ledger.eventPlace().cursor == 40)
  }

  @Test func `Whatever stands on a disk when the till starts may have been sent in a later life of it`()
    async throws
  {
    gateway.set(isAway: true)
    try await sell(1...2)
    #expect(try await ledger.comparison().sent == 0)
    let old = try backUp()
    gateway.set(isAway: false)
    try await send()
    gateway.restore([])
    try restore(old)
    try await send()
    #expect(gateway.heldThrough == 2)
    #expect(try await ledger.verify() == 2)
  }

  @Test func `What somebody carried to the gateway need not be sent`() async throws {
    try await sell(1...3)
    gateway.restore(try await ledger.unsent(atMost: 2))
    try await prover.prove()
    #expect(try await ledger.unsent(atMost: 9).map(\.sequence) == [3])
    #expect(try await ledger.recentOrders(atMost: 9).map(\.state) == [.accepted, .uploaded, .uploaded])
  }

  @Test func `What was carried to the gateway too late is booked again, once`() async throws {
    let old = try backUp()
    try await sell(1...2)
    let carried = try await ledger.unsent(atMost: 9)
    try restore(old)
    try await sell(3...3)
    try await send()
    gateway.keep(strays: carried)
    try await ledger.record(TerminalEvents(items: [], cursor: 9))
    #expect(try await prover.takeUpStrays() == 2)
    #expect(try await ledger.eventPlace().cursor == 0, "what was said about them is heard again")
    #expect(try await prover.takeUpStrays() == 0)
    let kept = try backUp()
    try await send()
    try restore(old)
    try await prover.prove()
    await #expect(throws: LedgerError.limited(.behind)) { try await self.prover.takeUpStrays() }
    try restore(kept)
    #expect(try await numbers() == ["ORDER-1001", "ORDER-1002", "ORDER-1003"])
    try await send()
    #expect(try await ledger.verify() == 3)
    #expect(gateway.entries.count == 3)
    let foreign = try LedgerEntry(
      terminal: TerminalID("till-1"), sequence: 9, previousHash: Data(count: 32), recordedAt: clock.now(),
      payload: "{}", key: P256.Signing.PrivateKey())
    gateway.keep(strays: [foreign])
    await #expect(throws: LedgerError.damaged(sequence: 9, reason: "the signature is wrong")) {
      try await self.prover.takeUpStrays()
    }
  }

  // MARK: Payment codes

  private func code(_ number: String, paid transactionID: String? = nil) throws -> Order {
    Order(
      outTradeNumber: try OutTradeNumber(number), amount: Fen(12_00), amountMode: .manual,
      day: SchoolTime.noon.day, acceptedAt: clock.now(),
      means: PaymentMeans(
        payer: .nobody, collection: .paymentCode(CodeReceipt(transactionID: transactionID))))
  }

  @Test func `What became of a payment code is written though the ledger is behind, and kept`() async throws {
    for number in ["CODE-1", "CODE-2"] { try await ledger.present(code(number)) }
    try await send()
    let old = try backUp()
    try await sell(1...1)
    try await send()
    try restore(old)
    #expect(try await prover.prove().standing == .behind)
    try await ledger.accept(code("CODE-1", paid: "T-1"))
    try await ledger.closeCode(OutTradeNumber("CODE-2"), reason: "no meal was given")
    await #expect(throws: LedgerError.limited(.behind)) {
      try await self.ledger.accept(self.code("CODE-3", paid: "T-3"))
    }
    await #expect(throws: LedgerError.limited(.behind)) { try await self.ledger.present(self.code("CODE-4")) }
    try await recover()
    #expect(try await ledger.openCodes().isEmpty)
    #expect(try await numbers() == ["ORDER-1001", "CODE-1"])
    try await send()
    #expect(try await ledger.verify() == Int64(gateway.entries.count))
  }

  // MARK: Texts from elsewhere

  @Test func `No text from elsewhere makes an entry that cannot be sent`() async throws {
    try await sell(1...1)
    let flood = String(repeating: "没有足够的钱", count: 300_000)
    try await ledger.record(
      TerminalEvents(
        items: [
          .orderResult(
            OrderResult(
              outTradeNumber: OutTradeNumber("ORDER-1001"), state: .failed, transactionID: flood,
              reason: flood, at: clock.now()))
        ], cursor: 1))
    let entry = try #require(try await ledger.unsent(atMost: 9).last)
    #expect(entry.payload.utf8.count < 2_000)
    #expect(try await ledger.bookedOrder(OutTradeNumber("ORDER-1001"))?.reason?.hasPrefix("没有足够的钱") == true)
    await #expect(throws: LedgerError.tooLong) {
      try await self.ledger.record(
        StaffRecord(operatorID: OperatorID("anna"), action: .override, outTradeNumber: nil, reason: flood))
    }
  }

  @Test func `A batch ends before it is too large to be taken`() async throws {
    let text = String(repeating: "x", count: 60_000)
    for _ in 1...40 {
      try await ledger.record(
        StaffRecord(operatorID: OperatorID("anna"), action: .override, outTradeNumber: nil, reason: text))
    }
    #expect(try await ledger.unsent(atMost: 100).count == 18)
    try await send()
    #expect(gateway.entries.count == 40)
  }

  @Test func `A batch of refunds alone counts as sent before, too`() async throws {
    try await sell(1...1)
    try await send()
    let number = try OutTradeNumber("ORDER-1001")
    try await ledger.record(
      TerminalEvents(
        items: [
          .orderResult(
            OrderResult(
              outTradeNumber: number, state: .paid, transactionID: "T", reason: nil, at: clock.now()))
        ], cursor: 1))
    try await ledger.request(Refund(undoing: number, amount: Fen(1_00), reason: "wrong dish"))
    gateway.change(answer: { OrderUploadAnswer(answers: $0.answers) })
    await #expect(throws: HeldLedgerError.missing) { try await self.uploader.sendOneBatch() }
    let comparison = try await ledger.comparison()
    #expect(comparison.sent == comparison.end, "its answer was lost: the gateway may have made the refund")
  }

  // MARK: A lost ledger

  @Test(arguments: [false, true])
  func `A ledger that is gone takes nothing but cash until the gateway was asked, and finds everything again`(
    losesMark: Bool
  ) async throws {
    try await sell(1...3)
    try await send()
    try loseLedger(andMark: losesMark)
    gateway.set(isAway: true)
    #expect(try await ledger.comparison().standing == .unproven)
    await #expect(throws: LedgerError.limited(.unproven)) { try await self.sell(4...4) }
    try await sell(5...5, user: nil)
    gateway.set(isAway: false)
    #expect(try await prover.prove().standing == .behind)
    try await recover()
    try await send()
    #expect(try await numbers() == ["ORDER-1001", "ORDER-1002", "ORDER-1003", "ORDER-1005"])
    #expect(try await ledger.verify() == Int64(gateway.entries.count))
  }

  @Test func `What nobody has any more is missing for good, and the till sells on`() async throws {
    try await sell(1...2)
    try await send()
    let old = try backUp()
    gateway.set(isAway: true)
    try await sell(3...3)
    let mark = try Data(contentsOf: folder.url.appending(path: "box/ledger.end"))
    try restore(old)
    ledger.close()
    try mark.write(to: folder.url.appending(path: "box/ledger.end"))
    try start()
    #expect(try await ledger.comparison().standing == .unproven)
    gateway.set(isAway: false)
    #expect(try await prover.prove().standing == .continuous)
    try await sell(4...4)
    try start()
    #expect(try await ledger.comparison().standing == .continuous)
  }

  @Test func `A till that has sold nothing yet is asked about once, and not after each restart`() async throws
  {
    try start()
    #expect(try await ledger.comparison().standing == .continuous)
    try loseLedger(andMark: true)
    #expect(try await ledger.comparison().standing == .unproven)
  }

  @Test func `A mark that was written by half, or not at all, accuses nobody`() async throws {
    try await sell(1...2)
    let file = folder.url.appending(path: "box/ledger.end")
    let whole = try Data(contentsOf: file)
    for mark in [whole.prefix(40), Data(count: 72), whole + whole, Data()] {
      ledger.close()
      try mark.write(to: file)
      try start()
      #expect(try await ledger.comparison().standing == .continuous)
    }
    try await sell(3...3)
    #expect(try Data(contentsOf: file).count == whole.count, "and is whole again after the next sale")
  }

  // MARK: A copy of the box

  @Test func `A copy that has sold stays forked, though its ledger grows the longer one`() async throws {
    try await sell(1...1)
    try await send()
    let copy = try backUp()
    try await sell(2...2)
    try await send()
    try restore(copy)
    try await sell(3...5)
    #expect(try await !uploader.sendOneBatch())
    #expect(try await ledger.comparison().standing == .forked)
    #expect(gateway.entries.count == 2)
    try start()
    #expect(try await prover.prove().standing == .forked)
    gateway.restore(Array(gateway.entries.prefix(1)))
    #expect(try await prover.prove().standing == .forked, "a fork does not heal by itself")
  }

  // MARK: A gateway from a backup

  @Test func `A gateway that lost its newest entries gets them again`() async throws {
    try await sell(1...2)
    try await send()
    let backup = gateway.entries
    try await sell(3...5)
    try await send()
    #expect(gateway.heldThrough == 2, "nothing of the last batch was sent before")
    gateway.restore(backup)
    try await sell(6...6)
    try await send()
    #expect(gateway.heldThrough ?? 0 >= 5)
    #expect(gateway.entries.map(\.sequence) == Array(1...6))
    #expect(try await ledger.unsentSum().orders == 0)
    #expect(try await ledger.comparison().standing == .continuous)
  }

  @Test func `What a restored gateway lacks counts as unsent at once`() async throws {
    try await sell(1...3)
    try await send()
    gateway.restore([])
    gateway.takes(atMost: 0)
    #expect(try await prover.prove().standing == .continuous)
    #expect(try await ledger.unsentSum().orders == 3)
    try start()
    #expect(try await ledger.unsent(atMost: 9).count == 3)
  }

  // MARK: Who says that it is stored

  @Test func `Stored is what the gateway signed for this question, and nothing else`() async throws {
    try await sell(1...2)
    let stranger = P256.Signing.PrivateKey()
    let nobody = try SignedText("{}", purpose: .heldLedger, key: stranger)
    gateway.takes(atMost: 0)
    let all = (1...2).map { OrderUploadAnswer.Answer(sequence: Int64($0), outcome: .stored) }
    for held in [nil, nobody] as [SignedText?] {
      gateway.change(answer: { _ in OrderUploadAnswer(answers: all, held: held) })
      await #expect(throws: HeldLedgerError.self) { try await self.uploader.sendOneBatch() }
    }
    gateway.change(answer: { OrderUploadAnswer(answers: all, held: $0.held) })
    await #expect(throws: (any Error).self) { try await self.uploader.sendOneBatch() }
    #expect(try await ledger.unsent(atMost: 9).count == 2)
  }

  @Test(arguments: ["old", "of another till", "beyond what was asked", "before the first"])
  func `An answer that is not to the question is not believed`(how: String) async throws {
    try await sell(1...2)
    let other = try TerminalID("till-2")
    gateway.change(held: { held in
      HeldLedger(
        terminal: how == "of another till" ? other : held.terminal, nonce: how == "old" ? "1" : held.nonce,
        end: how == "before the first" ? -1 : how == "beyond what was asked" ? 9 : held.end, point: held.point
      )
    })
    await #expect(throws: HeldLedgerError.answersAnother) { try await self.prover.prove() }
    #expect(try await ledger.comparison().standing == .continuous)
  }

  @Test func `What is sold and sent while the gateway is asked does not look lost`() async throws {
    try await sell(1...1)
    try await send()
    gateway.onceBeforeAnswering { [ledger, gateway] in
      try await ledger.accept(.sample("ORDER-1002"))
      let batch = try await ledger.unsent(atMost: 9)
      _ = try await gateway.upload(OrderUpload(entries: batch))
    }
    #expect(try await prover.prove().standing == .continuous)
    #expect(try await ledger.comparison().standing == .continuous)
  }

  @Test func `A new box under the till's name goes on where the old one stopped at the gateway`() async throws
  {
    try await sell(1...3)
    try await send()
    try await sell(4...4)
    ledger.close()
    let new = P256.Signing.PrivateKey()
    let former = [FormerKey(key: key.publicKey, through: gateway.entries.last?.sequence ?? 0)]
    func open() throws -> OrderLedger {
      try OrderLedger(
        path: folder.path("new.sqlite"), terminal: TerminalID("till-1"), key: new, former: former,
        wallClock: clock, mark: folder.url.appending(path: "new.end"))
    }
    ledger = try open()
    (prover, uploader) = Self.workers(of: ledger, gateway)
    #expect(try await prover.prove().standing == .behind)
    #expect(try await prover.recover().end == 3)
    try await sell(5...5)
    #expect(try await numbers() == ["ORDER-1001", "ORDER-1002", "ORDER-1003", "ORDER-1005"])
    #expect(try await ledger.verify() == 4)
    ledger.close()
    ledger = try open()
    (prover, uploader) = Self.workers(of: ledger, gateway)
    try await send()
    #expect(gateway.entries.count == 4)

    // What the old box sold and never sent is carried, and said again by the new one.
    let unsent = try LedgerEntry(
      terminal: TerminalID("till-1"), sequence: 4, previousHash: gateway.entries[2].hash,
      recordedAt: clock.now(),
      payload: CanonicalJSON.text(LedgerPayload.orderAccepted(.sample("ORDER-1004"))),
      key: key)
    gateway.keep(strays: [unsent])
    #expect(try await prover.takeUpStrays() == 1)
    #expect(try await numbers().contains("ORDER-1004"))
    #expect(try await ledger.verify() == 5)
  }

  @Test func `A ledger of a box that never had the name is refused`() async throws {
    try await sell(1...3)
    try await send()
    ledger.close()
    ledger = try OrderLedger(
      path: folder.path("new.sqlite"), terminal: TerminalID("till-1"), key: P256.Signing.PrivateKey(),
      former: [FormerKey(key: P256.Signing.PrivateKey().publicKey, through: 3)], wallClock: clock)
    (prover, uploader) = Self.workers(of: ledger, gateway)
    await #expect(throws: LedgerError.damaged(sequence: 1, reason: "the signature is wrong")) {
      try await prover.recover()
    }
  }

  @Test
  func `A box that has its name back after another had it opens its own ledger, and says what is unsent`()
    async throws
  {
    try await sell(1...2)
    try await send()
    try await sell(3...3)
    ledger.close()
    // The other box wrote entry 3 in its place.
    let other = P256.Signing.PrivateKey()
    let theirs = try LedgerEntry(
      terminal: TerminalID("till-1"), sequence: 3, previousHash: try #require(gateway.entries.last).hash,
      recordedAt: clock.now(),
      payload: CanonicalJSON.text(LedgerPayload.orderAccepted(.sample("ORDER-2001"))),
      key: other)
    gateway.restore(gateway.entries + [theirs])
    ledger = try OrderLedger(
      path: folder.path("box/ledger.sqlite"), terminal: TerminalID("till-1"), key: key,
      former: [FormerKey(key: key.publicKey, through: 2), FormerKey(key: other.publicKey, through: 3)],
      wallClock: clock)
    (prover, uploader) = Self.workers(of: ledger, gateway)
    #expect(try await ledger.verify() == 3)
    #expect(try await prover.prove().standing == .forked)
    #expect(try await prover.recover().broughtBack == 1)
    #expect(try await numbers() == ["ORDER-1001", "ORDER-1002", "ORDER-1003", "ORDER-2001"])
  }

  @Test func `A mark that a power cut left half written accuses nobody`() async throws {
    try await sell(1...3)
    try await send()
    ledger.close()
    let mark = folder.url.appending(path: "box/ledger.end")
    var bytes = try Data(contentsOf: mark)
    // A later place, under the digest of the earlier one.
    bytes[7] += 5
    try bytes.write(to: mark)
    gateway.set(isAway: true)
    try start()
    try await sell(4...4)
    #expect(try await numbers().contains("ORDER-1004"))
  }
}

import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GatewayProtocol
import GRDB
import Testing
import TillAPI

@testable import OrderLedger

/// Voids, refunds, shifts and sums in the ledger.
struct UndoingTests {
  private let folder: TemporaryFolder
  private let key = P256.Signing.PrivateKey()
  private let clock = ManualWallClock()
  private let ledger: OrderLedger
  private let anna: OperatorID
  private let number: OutTradeNumber

  init() async throws {
    folder = try TemporaryFolder()
    ledger = try OrderLedger(
      path: folder.path("ledger.sqlite"), terminal: TerminalID("till-1"), key: key, wallClock: clock)
    anna = try OperatorID("anna")
    number = try OutTradeNumber("ORDER-0001")
    try await ledger.accept(.sample("ORDER-0001", subsidy: Fen(200)))
  }

  private func result(_ state: OrderState) -> TerminalEvent {
    .orderResult(
      OrderResult(outTradeNumber: number, state: state, transactionID: "T-1", reason: nil, at: clock.now()))
  }

  private func learn(_ item: TerminalEvent, cursor: Int64 = 1) async throws -> TerminalEventEffects {
    try await ledger.record(TerminalEvents(items: [item], cursor: cursor))
  }

  private func refund(_ amount: Fen, _ suffix: String = "1") throws -> Refund {
    Refund(
      outRefundNumber: try OutRefundNumber("R-\(suffix)"), outTradeNumber: number, amount: amount,
      operatorID: anna, reason: "wrong dish")
  }

  private var void: VoidOrder { VoidOrder(outTradeNumber: number, operatorID: anna, reason: "wrong dish") }

  private func state() async throws -> OrderState? { try await ledger.bookedOrder(number)?.state }

  @Test func `An unpaid order is voided once; a paid one is to be refunded`() async throws {
    try await ledger.void(void)
    #expect(try await state() == .voided)
    await #expect(throws: LedgerError.cannotBeVoided(number, .voided)) { try await ledger.void(void) }
    await #expect(throws: LedgerError.cannotBeRefunded(number, .voided)) {
      try await ledger.request(refund(Fen(1)))
    }
  }

  @Test func `A paid order is refunded in parts, never beyond what was collected`() async throws {
    _ = try await learn(result(.paid))
    await #expect(throws: LedgerError.cannotBeVoided(number, .paid)) { try await ledger.void(void) }
    try await ledger.request(refund(Fen(600)))
    await #expect(throws: LedgerError.refundTooLarge(left: Fen(400))) {
      try await ledger.request(refund(Fen(401), "2"))
    }
    for amount in [Fen.zero, Fen(-1)] {
      await #expect(throws: LedgerError.refundTooLarge(left: Fen(400))) {
        try await ledger.request(refund(amount, "2"))
      }
    }
    try await ledger.request(refund(Fen(400), "2"))
    var takenBack: [Int] = []
    for (amount, suffix) in [(Fen(600), "1"), (Fen(400), "2")] {
      let effects = try await learn(
        .refundResult(
          RefundResult(
            refund: refund(amount, suffix), state: .refunded, refundID: "F", reason: nil, at: clock.now())))
      takenBack.append(effects.takenBack.count)
    }
    #expect(try await state() == .refunded)
    #expect(takenBack == [0, 1], "given back whole, it counts for nobody's day any more")
    let day = SchoolTime.noon.day
    #expect(try await ledger.dayBook(since: day).entry(of: OutUserID("s00001"), on: day) == .empty)
    #expect(try await ledger.bookedOrder(number)?.refunded == Fen(1_000))
  }

  @Test func `The same refund asked for again changes nothing; another amount under its number is refused`()
    async throws
  {
    _ = try await learn(result(.paid))
    #expect(try await ledger.request(refund(Fen(300))) != nil)
    #expect(try await ledger.request(refund(Fen(300))) == nil)
    await #expect(throws: LedgerError.refundNumberReused(try OutRefundNumber("R-1"))) {
      try await ledger.request(refund(Fen(301)))
    }
    #expect(try await ledger.refunds(of: number).count == 1)
  }

  @Test func `A refund that failed may be asked for again under a new number`() async throws {
    _ = try await learn(result(.paid))
    try await ledger.request(refund(Fen(1_000)))
    _ = try await learn(
      .refundResult(
        RefundResult(refund: refund(Fen(1_000)), state: .failed, refundID: nil, reason: "no", at: clock.now())
      ))
    try await ledger.request(refund(Fen(1_000), "2"))
    #expect(try await ledger.refunds(of: number).map(\.state) == [.failed, .requested])
  }

  @Test func `What news changes for selling is told once`() async throws {
    let user = try OutUserID("s00001")
    let effects = try await learn(result(.failed))
    #expect(effects.takenBack.map(\.personal) == [Fen(1_000)])
    #expect(try await learn(result(.failed)) == TerminalEventEffects())
    let standing = TerminalEvent.userStanding(UserStanding(user: user, bar: .blocked))
    #expect(try await learn(standing).standings.count == 1)
    #expect(try await learn(standing) == TerminalEventEffects())
    #expect(try await ledger.bars() == [user: .blocked])
    _ = try await learn(.userStanding(UserStanding(user: user, bar: nil)))
    #expect(try await ledger.bars().isEmpty)
  }

  @Test func `Sums follow every step, and what counts for the user's day`() async throws {
    let day = SchoolTime.noon.day
    let user = try OutUserID("s00001")
    try await ledger.accept(.sample("ORDER-0002", period: "lunch"))
    try await ledger.accept(.sample("ORDER-0003", user: nil))
    #expect(try await ledger.dayBook(since: day).entry(of: user, on: day).personal == Fen(2_200))
    #expect(try await ledger.unsentSum().orders == 3)
    #expect(try await ledger.unsentSum().amount == Fen(2_200))
    try await ledger.void(void)
    #expect(
      try await ledger.dayBook(since: day).entry(of: user, on: day)
        == DayBook.Entry(personal: Fen(1_200), meals: ["lunch": 1]))
    let totals = try await ledger.totals()
    #expect(totals.orders(in: .voided) == 1)
    #expect(totals.allOrders == 3)
    #expect(try await ledger.verify() == 4)
  }

  @Test func `Shifts open and close in turn, and their orders are theirs`() async throws {
    let shift = try await ledger.openShift(by: anna)
    await #expect(throws: LedgerError.shiftIsOpen(shift)) { try await ledger.openShift(by: anna) }
    #expect(try await ledger.openShift() == shift)
    #expect(try await ledger.closeShift(by: anna) == shift)
    await #expect(throws: LedgerError.noShiftIsOpen) { try await ledger.closeShift(by: anna) }
    #expect(try await ledger.openShift(by: anna).number == 2)
  }

  @Test func `The till's tables are what the entries say: made anew they are the same`() async throws {
    _ = try await learn(result(.paid))
    try await ledger.request(refund(Fen(300)))
    _ = try await ledger.openShift(by: anna)
    try await ledger.accept(.sample("ORDER-0002"))
    try await ledger.willUpload(through: 2)
    try await ledger.confirmUploaded(through: 1)
    let before = (try await ledger.recentOrders(atMost: 9), try await ledger.totals())
    try await ledger.rebuildViews()
    #expect(try await ledger.recentOrders(atMost: 9) == before.0)
    #expect(
      try await ledger.totals().lines.sorted { $0.orders < $1.orders }
        == before.1.lines.sorted { $0.orders < $1.orders })
    #expect(try await ledger.openShift()?.number == 1)
  }

  @Test func `Tables that were tampered with are found and mended`() async throws {
    try await ledger.database.write { try $0.execute(sql: "UPDATE tally SET amount_fen = amount_fen + 1") }
    await #expect(throws: LedgerError.viewsDiffer) { try await ledger.verify() }
    try await ledger.rebuildViews()
    #expect(try await ledger.verify() == 1)
  }

  @Test func `Writers who come together share commits, and one refused order harms no other`() async throws {
    let numbers = (1...40).map { "MANY-\(1_000 + $0)" }
    let (ledger, refused) = (ledger, try Order.sample("ORDER-0001", amount: Fen(9_900)))
    let accepted = await withTaskGroup(of: Bool.self) { group in
      for number in numbers { group.addTask { (try? await ledger.accept(.sample(number))) != nil } }
      group.addTask { (try? await ledger.accept(refused)) != nil }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(accepted == 40)
    #expect(try await ledger.verify() == 41)
  }

  @Test(arguments: [
    (Fen(-1), Fen.zero, "out of range"), (Fen(0), .zero, "no amount"),
    (Fen(1_200), Fen(1_201), "out of range"),
    (Fen(100_001), .zero, "out of range"), (Fen(.max), .zero, "out of range"),
  ])
  func `An order that cannot be is not booked`(amount: Fen, subsidy: Fen, word: String) async throws {
    let error = await #expect(throws: LedgerError.self) {
      try await ledger.accept(.sample("ORDER-0002", amount: amount, subsidy: subsidy))
    }
    #expect(error?.description.contains(word) == true)
    #expect(try await ledger.totals().allOrders == 1)
  }
}

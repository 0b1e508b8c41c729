import CanteenCore
import CanteenTestSupport
import Foundation
import GatewayProtocol
import OrderLedger
import Testing
import TillAPI

@testable import Terminal

/// What staff can do behind a PIN, and what nobody can.
@Suite(.timeLimit(.minutes(5)))
struct StaffActionsTests {
  private let till: SellingTill
  private let desk: StaffActions
  private let anna: StaffCredentials
  private let ben: StaffCredentials

  init() async throws {
    let (anna, ben) = (try OperatorID("anna"), try OperatorID("ben"))
    let till = try await SellingTill(operators: [
      Operator(id: anna, name: "Anna", role: .supervisor, pin: try PINHash("246810")),
      Operator(id: ben, name: "Ben", role: .cashier, pin: try PINHash("135791")),
    ])
    self.till = till
    self.anna = StaffCredentials(operator: anna, pin: "246810")
    self.ben = StaffCredentials(operator: ben, pin: "135791")
    desk = StaffActions(
      ledger: till.ledger, uploader: till.uploader, checkout: till.checkout, leases: till.leases,
      folder: till.folder.url, wallClock: till.wallClock, logger: till.logger, changed: {})
  }

  private func soldOrder(_ amount: Fen = Fen(12_00)) async throws -> OutTradeNumber {
    try #require(try await till.sell(amount, to: 1))
  }

  private func paidOrder(_ amount: Fen = Fen(12_00)) async throws -> OutTradeNumber {
    let number = try await soldOrder(amount)
    let paid = OrderResult(
      outTradeNumber: number, state: .paid, transactionID: "42", reason: nil, at: till.wallClock.now())
    try await till.ledger.record(
      TerminalEvents(items: [.orderResult(paid)], cursor: 1), from: till.ledger.eventPlace())
    return number
  }

  private func newDesk() -> StaffActions {
    StaffActions(
      ledger: till.ledger, uploader: till.uploader, checkout: till.checkout, leases: till.leases,
      folder: till.folder.url, wallClock: till.wallClock, logger: till.logger, changed: {})
  }

  @Test func `Five wrong PINs close an operator's keypad, over a restart too, and it opens again by itself`()
    async throws
  {
    let number = try await soldOrder()
    let guess = StaffCredentials(operator: ben.operator, pin: "135790")
    for _ in 1...5 {
      await #expect(throws: StaffRefusal.wrongPIN) {
        try await desk.void(number, reason: "wrong dish", by: guess)
      }
    }
    for desk in [desk, newDesk()] {
      let refusal = await #expect(throws: StaffRefusal.self) {
        try await desk.void(number, reason: "wrong dish", by: ben)
      }
      guard case .tooManyTries = refusal else { throw try #require(refusal) }
    }
    #expect(try await till.ledger.bookedOrder(number)?.state == .accepted)
    till.timePasses(.seconds(31))
    try await newDesk().void(number, reason: "wrong dish", by: ben)
    #expect(try await till.ledger.bookedOrder(number)?.state == .voided)
  }

  @Test func `Of many wrong PINs at once no more are compared than one after the other`() async throws {
    let guess = StaffCredentials(operator: anna.operator, pin: "135790")
    let compared = await withTaskGroup(of: Bool.self) { group in
      for _ in 1...40 {
        group.addTask { [desk] in
          do {
            _ = try await desk.openShift(by: guess)
            return true
          } catch {
            return (error as? StaffRefusal) == .wrongPIN
          }
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(compared == 5)
  }

  @Test func `What was voided no longer counts against the student's limit of the day`() async throws {
    func buy() async throws -> OutTradeNumber? {
      await till.checkout.receive(.faceLeft(track: 1))
      till.timePasses(.seconds(600))
      return try await till.sell(Fen(100_00), to: 1)
    }
    var numbers: [OutTradeNumber] = []
    while let number = try await buy(), numbers.count < 20 { numbers.append(number) }
    #expect(numbers.count == 5)
    try await desk.void(numbers[2], reason: "wrong dish", by: ben)
    #expect(try await buy() != nil)
    #expect(try await buy() == nil)
  }

  @Test func `A void is in the audit log, and cannot be done twice`() async throws {
    let number = try await soldOrder()
    try await desk.void(number, reason: "wrong dish", by: ben)
    let line = try #require(try await till.ledger.staffActions(atMost: 1).first)
    #expect(
      line.record
        == StaffRecord(operatorID: ben.operator, action: .void, outTradeNumber: number, reason: "wrong dish"))
    await #expect(throws: LedgerError.cannotBeVoided(number, .voided)) {
      try await desk.void(number, reason: "wrong dish", by: ben)
    }
  }

  @Test func `Only a supervisor refunds, never more than was paid, and each refund has its own number`()
    async throws
  {
    let number = try await paidOrder()
    await #expect(throws: StaffRefusal.notAllowed(.refund)) {
      try await desk.refund(number, amount: nil, reason: "cold soup", by: ben)
    }
    let first = try await desk.refund(number, amount: Fen(5_00), reason: "cold soup", by: anna)
    let rest = try await desk.refund(number, amount: nil, reason: "cold soup", by: anna)
    #expect((first.amount, rest.amount) == (Fen(5_00), Fen(7_00)))
    #expect(first.outRefundNumber != rest.outRefundNumber)
    for amount in [Fen(1), nil] {
      await #expect(throws: LedgerError.refundTooLarge(left: .zero)) {
        try await desk.refund(number, amount: amount, reason: "cold soup", by: anna)
      }
    }
    #expect(try await till.ledger.refunds(of: number).count == 2)
  }

  @Test func `A paid order is not voided and an unpaid one is not refunded`() async throws {
    let paid = try await paidOrder()
    await #expect(throws: LedgerError.cannotBeVoided(paid, .paid)) {
      try await desk.void(paid, reason: "wrong dish", by: anna)
    }
    let unpaid = try #require(try await till.sell(Fen(9_00), to: 2))
    await #expect(throws: LedgerError.cannotBeRefunded(unpaid, .accepted)) {
      try await desk.refund(unpaid, amount: nil, reason: "cold soup", by: anna)
    }
  }

  @Test(arguments: ["", "x", String(repeating: "x", count: 81)])
  func `Nothing is undone without a reason`(reason: String) async throws {
    let number = try await soldOrder()
    await #expect(throws: StaffRefusal.noReason) { try await desk.void(number, reason: reason, by: anna) }
    #expect(try await till.ledger.staffActions(atMost: 1).isEmpty)
  }

  @Test func `A shift's report holds what was sold in it, and what was voided does not count`() async throws {
    _ = try await desk.openShift(by: ben)
    let number = try await soldOrder()
    _ = try #require(try await till.sell(Fen(9_00), to: 2))
    try await desk.void(number, reason: "wrong dish", by: ben)
    let report = try await desk.closeShift(by: ben)
    #expect((report.orders, report.amount) == (1, Fen(9_00)))
    #expect(report.lines.reduce(0) { $0 + $1.orders } == 2)
    await #expect(throws: LedgerError.noShiftIsOpen) { try await desk.closeShift(by: ben) }
  }

  @Test func `An override is refused when nothing speaks against the sale`() async throws {
    try await till.checkout.key(.manual(Fen(9_00)))
    await #expect(throws: StaffRefusal.nothingToOverride) {
      try await desk.override(reason: "second helping", by: anna)
    }
    #expect(try await till.ledger.staffActions(atMost: 1).isEmpty)
  }
}

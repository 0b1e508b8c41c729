import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GatewayProtocol
import GRDB
import Testing
import TillAPI

@testable import OrderLedger

struct OrderLedgerTests {
  private let folder: TemporaryFolder
  private let key = P256.Signing.PrivateKey()
  private let clock = ManualWallClock()

  init() throws {
    folder = try TemporaryFolder()
  }

  private func open(_ name: String = "ledger.sqlite", key other: P256.Signing.PrivateKey? = nil) throws
    -> OrderLedger
  {
    try OrderLedger(
      path: folder.path(name), terminal: TerminalID("till-1"), key: other ?? key, wallClock: clock)
  }

  @Test func `I1: what was accepted is on disk, also when the process dies the next moment`() async throws {
    let ledger = try open()
    _ = try await ledger.accept(.sample("ORDER-0001"))
    for suffix in ["", "-wal"] {
      try FileManager.default.copyItem(
        atPath: folder.path("ledger.sqlite" + suffix), toPath: folder.path("after-crash" + suffix))
    }
    let survivor = try open("after-crash")
    #expect(try await survivor.recentOrders(atMost: 10).map(\.outTradeNumber) == ["ORDER-0001"])
    #expect(try await survivor.verify() == 1)
  }

  @Test func `I1: every commit waits for the disk`() async throws {
    let ledger = try open()
    let (level, mode) = try await ledger.database.write { db in
      (try Int.fetchOne(db, sql: "PRAGMA synchronous"), try String.fetchOne(db, sql: "PRAGMA journal_mode"))
    }
    #expect(level == 2)
    #expect(mode == "wal")
  }

  @Test func `I2: the same order booked again is the same entry`() async throws {
    let ledger = try open()
    let first = try await ledger.accept(.sample("ORDER-0001"))
    let again = try await ledger.accept(.sample("ORDER-0001", token: "a fresh token"))
    #expect(again == first)
    #expect(try await ledger.totals().allOrders == 1)
  }

  @Test func `I2: a number is never used for another amount or person`() async throws {
    let ledger = try open()
    _ = try await ledger.accept(.sample("ORDER-0001"))
    let number = try OutTradeNumber("ORDER-0001")
    await #expect(throws: LedgerError.numberReused(number)) {
      try await ledger.accept(.sample("ORDER-0001", amount: Fen(1300)))
    }
    await #expect(throws: LedgerError.numberReused(number)) {
      try await ledger.accept(.sample("ORDER-0001", user: "s00002"))
    }
  }

  @Test func `I9: entries form one gapless signed chain over restarts`() async throws {
    for index in 1...3 {
      _ = try await open().accept(.sample("ORDER-000\(index)"))
    }
    let entries = try await open().unsent(atMost: 10)
    #expect(entries.map(\.sequence) == [1, 2, 3])
    #expect(entries[0].previousHash == LedgerEntry.firstPreviousHash)
    #expect(entries[1].previousHash == entries[0].hash)
    #expect(entries[2].previousHash == entries[1].hash)
    for entry in entries { try entry.verify(by: key.publicKey) }
  }

  @Test(arguments: [
    "UPDATE entry SET payload = replace(payload, '1200', '1') WHERE sequence = 2",
    "DELETE FROM entry WHERE sequence = 2",
  ])
  func `I9: the database itself refuses to change history`(statement: String) async throws {
    let ledger = try open()
    for index in 1...3 { _ = try await ledger.accept(.sample("ORDER-000\(index)")) }
    await #expect(throws: DatabaseError.self) {
      try await ledger.database.write { try $0.execute(sql: statement) }
    }
    #expect(try await ledger.verify() == 3)
  }

  @Test(arguments: [
    ("UPDATE entry SET payload = replace(payload, '1200', '1') WHERE sequence = 2", 2),
    ("UPDATE entry SET signature = zeroblob(64) WHERE sequence = 3", 3),
    ("PRAGMA foreign_keys = OFF; DELETE FROM entry WHERE sequence = 2", 2),
  ])
  func `I9: history changed behind our back is found`(statement: String, sequence: Int64) async throws {
    let ledger = try open()
    for index in 1...3 { _ = try await ledger.accept(.sample("ORDER-000\(index)")) }
    try await ledger.database.writeWithoutTransaction { db in
      try db.execute(sql: "DROP TRIGGER entry_is_not_changed; DROP TRIGGER entry_is_not_deleted")
      try db.execute(sql: statement)
    }
    let error = await #expect(throws: LedgerError.self) { try await ledger.verify() }
    guard case .damaged(sequence, _) = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
  }

  @Test func `A ledger of another device key is refused`() async throws {
    _ = try await open().accept(.sample("ORDER-0001"))
    #expect(throws: LedgerError.foreign(try TerminalID("till-1"))) {
      try open(key: P256.Signing.PrivateKey())
    }
  }

  @Test func `Only what the gateway confirmed leaves the outbox`() async throws {
    let ledger = try open()
    for index in 1...3 { _ = try await ledger.accept(.sample("ORDER-000\(index)")) }
    try await ledger.confirmUploaded(through: 2)
    #expect(try await ledger.unsent(atMost: 10).map(\.sequence) == [3])
    try await ledger.confirmUploaded(through: 1)
    #expect(try await ledger.unsent(atMost: 10).map(\.sequence) == [3])
    let totals = try await ledger.totals()
    #expect(totals.orders(in: .accepted) == 1)
    #expect(totals.orders(in: .uploaded) == 2)
    #expect(totals.amount(in: .accepted, .uploaded) == Fen(3600))
    #expect(totals.oldestUnsent == clock.now())
  }

  @Test func `Results become entries once, and the cursor moves with them`() async throws {
    let ledger = try open()
    _ = try await ledger.accept(.sample("ORDER-0001"))
    let paid = OrderResult(
      outTradeNumber: try OutTradeNumber("ORDER-0001"), state: .paid, transactionID: "42", reason: nil,
      at: clock.now())
    for _ in 1...2 { try await ledger.record(TerminalEvents(items: [.orderResult(paid)], cursor: 5)) }
    #expect(try await ledger.eventPlace().cursor == 5)
    #expect(try await ledger.recentOrders(atMost: 1).first?.state == .paid)
    #expect(try await ledger.verify() == 2)
  }

  @Test func `Events that cannot follow, or of unknown orders, changes nothing`() async throws {
    let ledger = try open()
    _ = try await ledger.accept(.sample("ORDER-0001"))
    func events(_ number: String, _ state: OrderState) throws -> TerminalEvents {
      TerminalEvents(
        items: [
          .orderResult(
            OrderResult(
              outTradeNumber: try OutTradeNumber(number), state: state, transactionID: nil, reason: nil,
              at: clock.now()))
        ], cursor: 1)
    }
    try await ledger.record(try events("ORDER-0001", .paid))
    try await ledger.record(try events("ORDER-0001", .failed))
    try await ledger.record(try events("ORDER-9999", .paid))
    #expect(try await ledger.recentOrders(atMost: 5).map(\.state) == [.paid])
    #expect(try await ledger.verify() == 2)
  }

  @Test func `A folder that does not exist is a clear error`() throws {
    let error = #expect(throws: LedgerError.self) { try open("missing/ledger.sqlite") }
    #expect(error?.description.contains("check the disk") == true)
  }
}

import CanteenCore
import CanteenTestSupport
import Crypto
import FaultInjection
import Foundation
import GatewayProtocol
import Testing
import TillAPI

@testable import OrderLedger

/// What writers who come together are told, when the disk they share fails them; and who waits for it at all.
struct SharedCommitTests {
  private let folder: TemporaryFolder
  private let disk: FaultyDisk
  private let key = P256.Signing.PrivateKey()

  init() throws {
    folder = try TemporaryFolder()
    disk = try FaultyDisk(folder: folder.url)
  }

  private func open() throws -> OrderLedger {
    try OrderLedger(
      path: folder.path("ledger.sqlite"), terminal: TerminalID("till-1"), key: key,
      wallClock: ManualWallClock())
  }

  /// Those of the numbers that were accepted.
  private func sell(_ numbers: [String], on ledger: OrderLedger) async -> Set<String> {
    await withTaskGroup(of: String?.self) { group in
      for number in numbers {
        group.addTask { (try? await ledger.accept(.sample(number))).map { _ in number } }
      }
      return await group.reduce(into: []) { accepted, number in
        if let number { accepted.insert(number) }
      }
    }
  }

  @Test(.timeLimit(.minutes(5)), arguments: [FaultyDisk.Request.write, .sync], 0..<2)
  func `I1: of many orders booked at once, all that were accepted survive a power cut after a failed commit`(
    request: FaultyDisk.Request, count: Int
  ) async throws {
    let ledger = try open()
    disk.failOnce(request, after: count)
    let numbers = (1...30).map { "MANY-\(1_000 + $0)" }
    let accepted = await sell(numbers, on: ledger)
    #expect(accepted.count < numbers.count)
    disk.cutPower()
    ledger.close()
    try disk.restorePower()
    let survivor = try open()
    let booked = Set(try await survivor.recentOrders(atMost: 100).map(\.outTradeNumber))
    #expect(accepted.subtracting(booked).isEmpty)
    #expect(await sell(numbers, on: survivor).count == numbers.count)
    #expect(try await survivor.verify() == 30)
  }

  @Test func `The same order booked twice at once is booked once, and both are told so`() async throws {
    let ledger = try open()
    let entries = try await withThrowingTaskGroup(of: LedgerEntry.self) { group in
      for _ in 1...20 { group.addTask { try await ledger.accept(.sample("ORDER-0001")) } }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(entries.count == 1)
    #expect(try await ledger.verify() == 1)
  }

  @Test func `A batch waits for the disk only for orders that were never sent`() async throws {
    let ledger = try open()
    for index in 1...3 { try await ledger.accept(.sample("ORDER-000\(index)")) }
    try await ledger.willUpload(through: 3)
    try await ledger.record(ClockJump(milliseconds: 5))
    let before = disk.operations
    try await ledger.willUpload(through: 3)
    try await ledger.willUpload(through: 4)
    #expect(disk.operations == before)
    #expect(try await ledger.totals().orders(in: .queued) == 3)
    try await ledger.confirmUploaded(through: 3)
    #expect(try await ledger.totals().orders(in: .uploaded) == 3)
  }

  @Test func `What is queued stays queued when the tables are made anew`() async throws {
    let ledger = try open()
    for index in 1...3 { try await ledger.accept(.sample("ORDER-000\(index)")) }
    try await ledger.confirmUploaded(through: 1)
    try await ledger.willUpload(through: 2)
    try await ledger.rebuildViews()
    #expect(try await ledger.recentOrders(atMost: 3).map(\.state) == [.accepted, .queued, .uploaded])
  }

  @Test func `What was bought on a day is known however the clock jumped`() async throws {
    let ledger = try open()
    let today = SchoolTime.noon.day
    let noon = Timestamp(millisecondsSince1970: 1_795_147_200_000)
    let dayAfter = Duration.seconds(86_400)
    try await ledger.accept(.sample("ORDER-0001", at: noon.advanced(by: dayAfter)))
    try await ledger.accept(.sample("ORDER-0002", at: noon))
    try await ledger.accept(.sample("ORDER-0003", at: noon))
    try await ledger.accept(.sample("ORDER-0004", at: noon.advanced(by: dayAfter)))
    let user = try OutUserID("s00001")
    let book = try await ledger.dayBook(since: today)
    #expect(book.entry(of: user, on: today).personal == Fen(2_400))
    #expect(book.entry(of: user, on: today.advanced(byDays: 1)).personal == Fen(2_400))
    let tomorrow = try await ledger.dayBook(since: today.advanced(byDays: 1))
    #expect(tomorrow.entry(of: user, on: today.advanced(byDays: 1)).personal == Fen(2_400))
    #expect(tomorrow.entry(of: user, on: today) == .empty)
  }
}

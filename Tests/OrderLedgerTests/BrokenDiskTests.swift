import CanteenCore
import CanteenTestSupport
import Crypto
import FaultInjection
import Foundation
import GRDB
import Testing
import TillAPI

@testable import OrderLedger

/// I5 for the ledger: a disk that cannot keep an order makes `accept` say so, and takes nothing from what was kept.
struct BrokenDiskTests {
  private let folder: TemporaryFolder
  private let disk: FaultyDisk
  private let key = P256.Signing.PrivateKey()
  private let clock = ManualWallClock()

  init() throws {
    folder = try TemporaryFolder()
    disk = try FaultyDisk(folder: folder.url)
  }

  private func open(_ name: String = "ledger.sqlite") throws -> OrderLedger {
    try OrderLedger(path: folder.path(name), terminal: TerminalID("till-1"), key: key, wallClock: clock)
  }

  private func numbers(in ledger: OrderLedger) async throws -> [String] {
    try await ledger.recentOrders(atMost: 100).map(\.outTradeNumber).reversed()
  }

  @Test func `A full disk refuses the order and says so; with room again the till sells on`() async throws {
    let ledger = try open()
    _ = try await ledger.accept(.sample("ORDER-0001"))
    disk.isFull = true
    for _ in 1...2 {
      let error = await #expect(throws: LedgerError.diskFull) {
        try await ledger.accept(.sample("ORDER-0002"))
      }
      #expect(error?.description.contains("make room") == true)
    }
    #expect(try await numbers(in: ledger) == ["ORDER-0001"])
    #expect(try await ledger.verify() == 1)
    disk.isFull = false
    _ = try await ledger.accept(.sample("ORDER-0002"))
    #expect(try await numbers(in: ledger) == ["ORDER-0001", "ORDER-0002"])
    #expect(try await ledger.verify() == 2)
  }

  @Test func `A till that starts with a full disk says so and sells when there is room`() async throws {
    disk.isFull = true
    #expect(throws: LedgerError.diskFull) { try open() }
    disk.isFull = false
    let ledger = try open()
    _ = try await ledger.accept(.sample("ORDER-0001"))
    #expect(try await ledger.verify() == 1)
  }

  @Test func `A disk that became read-only refuses the order and still shows what was sold`() async throws {
    let ledger = try open()
    _ = try await ledger.accept(.sample("ORDER-0001"))
    disk.isReadOnly = true
    let error = await #expect(throws: LedgerError.readOnly) { try await ledger.accept(.sample("ORDER-0002")) }
    #expect(error?.description.contains("make it writable") == true)
    #expect(try await numbers(in: ledger) == ["ORDER-0001"])
    #expect(try await ledger.verify() == 1)
    disk.isReadOnly = false
    #expect(try await numbers(in: open()) == ["ORDER-0001"])
    _ = try await ledger.accept(.sample("ORDER-0002"))
  }

  @Test func `A till that starts on a read-only disk refuses and loses nothing`() async throws {
    _ = try await open().accept(.sample("ORDER-0001"))
    try disk.restorePower()
    disk.isReadOnly = true
    #expect(throws: LedgerError.self) { try open() }
    disk.isReadOnly = false
    #expect(try await numbers(in: open()) == ["ORDER-0001"])
  }

  @Test(.timeLimit(.minutes(5)), arguments: [FaultyDisk.Request.write, .sync])
  func `A write or sync that fails once refuses that order, and the next try books it once`(
    request: FaultyDisk.Request
  ) async throws {
    let ledger = try open()
    var refusals = 0
    for count in 0..<12 {
      let number = "ORDER-\(1000 + count)"
      disk.failOnce(request, after: count)
      do {
        _ = try await ledger.accept(.sample(number))
      } catch let error as LedgerError {
        guard case .diskFails = error else { throw error }
        #expect(error.description.contains("replace the disk"))
        refusals += 1
        #expect(try await numbers(in: ledger).last != number)
        #expect(try await ledger.verify() == Int64(count))
        _ = try await ledger.accept(.sample(number))
      }
    }
    #expect(refusals > 0)
    let sold = (0..<12).map { "ORDER-\(1000 + $0)" }
    #expect(try await numbers(in: ledger) == sold)
    disk.cutPower()
    try? ledger.database.close()
    try disk.restorePower()
    #expect(try await numbers(in: open()) == sold)
    #expect(try await open().verify() == 12)
  }

  @Test(.timeLimit(.minutes(5)))
  func `A read that fails once stops the start or the order with a clear error, and changes nothing`()
    async throws
  {
    _ = try await open().accept(.sample("ORDER-0001"))
    var refusals = 0
    for count in 0..<20 {
      try disk.restorePower()
      disk.failOnce(.read, after: count)
      do {
        let ledger = try open()
        _ = try await ledger.accept(.sample("ORDER-0001"))
      } catch let error as LedgerError {
        guard case .diskFails = error else { throw error }
        refusals += 1
      }
      try disk.restorePower()
      #expect(try await numbers(in: open()) == ["ORDER-0001"])
    }
    #expect(refusals > 0)
  }

  @Test
  func `An order refused for a failed sync may be found after a crash, and is booked once all the same`()
    async throws
  {
    let ledger = try open()
    _ = try await ledger.accept(.sample("ORDER-0001"))
    disk.failOnce(.sync)
    await #expect(throws: LedgerError.self) { try await ledger.accept(.sample("ORDER-0002")) }
    for suffix in ["", "-wal"] {
      try FileManager.default.copyItem(
        atPath: folder.path("ledger.sqlite" + suffix), toPath: folder.path("after-crash" + suffix))
    }
    let survivor = try open("after-crash")
    for _ in 1...2 { _ = try await survivor.accept(.sample("ORDER-0002")) }
    #expect(try await numbers(in: survivor) == ["ORDER-0001", "ORDER-0002"])
    #expect(try await survivor.verify() == 2)
  }
}

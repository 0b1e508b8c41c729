import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GatewayProtocol
import GRDB
import Testing

@testable import OrderLedger

/// I8, I9: a ledger whose file rotted says so and books nothing on top of it.
struct DamagedFileTests {
  private static let pageSize = 4096

  private let folder: TemporaryFolder
  private let key = P256.Signing.PrivateKey()
  private let clock = ManualWallClock()

  init() throws {
    folder = try TemporaryFolder()
  }

  private func open(_ name: String) throws -> OrderLedger {
    try OrderLedger(path: folder.path(name), terminal: TerminalID("till-1"), key: key, wallClock: clock)
  }

  /// A closed ledger of 30 orders, all in its one file.
  private func whole() async throws -> (file: Data, entries: [LedgerEntry], firstPages: [String: Int]) {
    let ledger = try open("whole")
    for index in 1...30 { _ = try await ledger.accept(.sample("ORDER-\(1000 + index)")) }
    let entries = try await ledger.unsent(atMost: 100)
    let pages = try await ledger.database.write { db in
      try Row.fetchAll(db, sql: "SELECT name, rootpage FROM sqlite_schema").map { row in
        (row["name"] as String, row["rootpage"] as Int)
      }
    }
    try await ledger.database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    try ledger.database.close()
    return (try read("whole"), entries, Dictionary(pages) { first, _ in first })
  }

  private func read(_ name: String) throws -> Data { try Data(contentsOf: folder.url.appending(path: name)) }

  private func write(_ bytes: Data, _ name: String) throws {
    try bytes.write(to: folder.url.appending(path: name))
  }

  /// What a dying disk does under a running till.
  private func overwrite(_ name: String, with bytes: Data) throws {
    let file = try FileHandle(forWritingTo: folder.url.appending(path: name))
    try file.write(contentsOf: bytes)
    try file.close()
  }

  private func flipped(_ bytes: Data, page: Int, at offset: Int, count: Int) -> Data {
    var bytes = bytes
    let start = (page - 1) * Self.pageSize + offset
    for index in start..<start + count { bytes[index] ^= 0xff }
    return bytes
  }

  private func expectRefusal(_ work: () async throws -> Void) async {
    let error = await #expect(throws: LedgerError.self) { try await work() }
    guard case .damagedFile = error, error?.description.contains("keep the file and call support") == true
    else {
      Issue.record("refused with \(String(describing: error))")
      return
    }
  }

  @Test func `A file that is no ledger at all is refused and left alone`() async throws {
    let garbage = Data(repeating: 0x5a, count: 3 * Self.pageSize)
    try write(garbage, "garbage")
    await expectRefusal { _ = try open("garbage") }
    #expect(try read("garbage") == garbage)
  }

  @Test func `A ledger cut to half its length is refused and left alone`() async throws {
    let half = try await whole().file.prefix(6 * Self.pageSize)
    try write(half, "half")
    await expectRefusal { _ = try open("half") }
    #expect(try read("half") == half)
  }

  @Test func `Pages that the disk lost are noticed before anything is written, whichever they are`()
    async throws
  {
    let whole = try await whole()
    let pages = whole.file.count / Self.pageSize
    var refused = 0
    for page in 2...pages {
      var bytes = whole.file
      let start = (page - 1) * Self.pageSize
      bytes.replaceSubrange(start..<start + Self.pageSize, with: Data(count: Self.pageSize))
      let name = "lost-\(page)"
      try write(bytes, name)
      do {
        let ledger = try open(name)
        ledger.close()
      } catch {
        refused += 1
        #expect(try read(name) == bytes, "page \(page)")
      }
    }
    #expect(refused == pages - 1)
  }

  @Test func `A ledger whose entries cannot be found is refused; its mended copy sells on`() async throws {
    let whole = try await whole()
    let page = try #require(whole.firstPages["entry"])
    let damaged = flipped(whole.file, page: page, at: 0, count: 12)
    try write(damaged, "damaged")
    await expectRefusal { _ = try open("damaged") }
    try write(flipped(damaged, page: page, at: 0, count: 12), "mended")
    let ledger = try open("mended")
    _ = try await ledger.accept(.sample("ORDER-2000"))
    #expect(try await ledger.verify() == 31)
  }

  @Test func `An order that cannot be booked whole is not booked in part, and the entries stay readable`()
    async throws
  {
    let whole = try await whole()
    let page = try #require(whole.firstPages["booked_order"])
    try write(whole.file, "damaged")
    let ledger = try open("damaged")
    try overwrite("damaged", with: flipped(whole.file, page: page, at: 0, count: 12))
    await expectRefusal { _ = try await ledger.accept(.sample("ORDER-2000")) }
    #expect(try await ledger.unsent(atMost: 100) == whole.entries)
    await expectRefusal { try await ledger.verify() }
  }

  @Test func `I9: bytes flipped in the middle of any page are found, or were not in use`() async throws {
    let whole = try await whole()
    var found = 0
    for page in 2...whole.file.count / Self.pageSize {
      try write(flipped(whole.file, page: page, at: Self.pageSize / 2, count: 64), "damaged-\(page)")
      do {
        let ledger = try open("damaged-\(page)")
        #expect(try await ledger.verify() == 30)
        #expect(try await ledger.unsent(atMost: 100) == whole.entries, "page \(page)")
      } catch is LedgerError {
        found += 1
      }
    }
    #expect(found > 0)
  }

  @Test func `A word that this version does not know is no state, but names itself`() async throws {
    let ledger = try open("newer")
    let order = try Order.sample("ORDER-1001")
    _ = try await ledger.accept(order)
    try await ledger.database.write { try $0.execute(sql: "UPDATE booked_order SET state = 'teleported'") }
    let expected = LedgerError.unknownWord("teleported", column: "state")
    await #expect(throws: expected) { try await ledger.bookedOrder(order.outTradeNumber) }
    await #expect(throws: expected) {
      try await ledger.void(
        VoidOrder(outTradeNumber: order.outTradeNumber, operatorID: OperatorID("anna"), reason: "wrong dish"))
    }
    #expect(expected.description.contains("install the version that wrote it"))
  }
}

import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GatewayProtocol
import Testing

@testable import OrderLedger

/// A ledger in a file that somebody carries, and entries that come back to a till that lost them.
struct CarryingTests {
  private let folder: TemporaryFolder
  private let key = P256.Signing.PrivateKey()
  private let gateway = P256.KeyAgreement.PrivateKey()
  private let clock = ManualWallClock()
  private let ledger: OrderLedger

  init() async throws {
    folder = try TemporaryFolder()
    ledger = try OrderLedger(
      path: folder.path("ledger.sqlite"), terminal: TerminalID("till-1"), key: key, wallClock: clock)
    for index in 1...4 { try await ledger.accept(.sample("ORDER-000\(index)")) }
    try await ledger.confirmUploaded(through: 2)
  }

  private func export(all: Bool = false) async throws -> Data {
    try await ledger.export(all: all, sealedTo: gateway.publicKey, at: clock.now()).fileContents()
  }

  private func entries(in file: Data) throws -> [LedgerEntry] {
    try LedgerExport(fileContents: file).opened(by: gateway, writtenBy: key.publicKey)
  }

  @Test func `The file holds what the gateway lacks, or everything`() async throws {
    #expect(try entries(in: await export()).map(\.sequence) == [3, 4])
    #expect(try entries(in: await export(all: true)).map(\.sequence) == [1, 2, 3, 4])
    try await ledger.confirmUploaded(through: 4)
    await #expect(throws: LedgerExportError.empty) { try await export() }
  }

  @Test func `Nobody but the gateway can read it`() async throws {
    let file = try await export()
    #expect(!String(decoding: file, as: UTF8.self).contains("ORDER-0003"))
    #expect(throws: LedgerExportError.sealedToAnother) {
      try LedgerExport(fileContents: file).opened(
        by: P256.KeyAgreement.PrivateKey(), writtenBy: key.publicKey)
    }
  }

  @Test func `A flipped bit anywhere is noticed`() async throws {
    let file = try await export()
    for position in stride(from: 0, to: file.count, by: 97) {
      var flipped = file
      flipped[position] ^= 1
      do {
        _ = try entries(in: flipped)
        Issue.record("a flipped bit at \(position) of \(file.count) was not noticed")
      } catch {
        #expect(error is LedgerExportError || error is IdentifierError)
      }
    }
  }

  @Test func `A till whose old disk came back takes up its own entries again`() async throws {
    let all = try await ledger.unsent(atMost: 100)
    let older = try OrderLedger(
      path: folder.path("older.sqlite"), terminal: TerminalID("till-1"), key: key, wallClock: clock)
    let lost = try await entries(in: export(all: true))
    #expect(try await older.restore(Array(lost.prefix(2))) == 2)
    await #expect(throws: LedgerError.damaged(sequence: 3, reason: "the entry is missing")) {
      try await older.restore(Array(lost.suffix(1)))
    }
    #expect(try await older.restore(Array(lost.suffix(2))) == 4)
    #expect(try await older.verify() == 4)
    #expect(try await older.unsent(atMost: 10).isEmpty)
    #expect(try await older.head().hash == all.last?.hash)
    try await older.accept(.sample("ORDER-0005"))
    #expect(try await older.verify() == 5)
  }

  @Test func `Entries in another till's signature are not taken up`() async throws {
    let other = try OrderLedger(
      path: folder.path("other.sqlite"), terminal: TerminalID("till-1"), key: P256.Signing.PrivateKey(),
      wallClock: clock)
    let lost = try await entries(in: export(all: true))
    await #expect(throws: LedgerError.damaged(sequence: 1, reason: "the signature is wrong")) {
      try await other.restore(lost)
    }
    #expect(try await other.head().sequence == 0)
  }
}

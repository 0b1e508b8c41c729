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
    try await ledger.export(
      after: all ? 0 : nil, sealedTo: gateway.publicKey, certificate: nil, at: clock.now()
    ).line()
  }

  private func entries(in file: Data) throws -> [LedgerEntry] {
    try LedgerExport(line: file).opened(by: gateway, writtenBy: key.publicKey)
  }

  @Test func `The file holds what the gateway lacks, or everything`() async throws {
    #expect(try entries(in: await export()).map(\.sequence) == [3, 4])
    #expect(try entries(in: await export(all: true)).map(\.sequence) == [1, 2, 3, 4])
    try await ledger.confirmUploaded(through: 4)
    await #expect(throws: LedgerExportError.empty) { try await export() }
  }

  @Test func `A long ledger leaves in parts without a gap`() async throws {
    var (place, parts): (Int64?, [[Int64]]) = (0, [])
    while let part = try? await ledger.export(
      after: place, atMost: 3, sealedTo: gateway.publicKey, certificate: nil, at: clock.now())
    {
      parts.append(try entries(in: part.line()).map(\.sequence))
      place = part.last
    }
    #expect(parts == [[1, 2, 3], [4]])
  }

  @Test func `A part of more entries than are read at once misses none and has none twice`() async throws {
    for index in 5...502 { try await ledger.accept(.sample("ORDER-\(1_000 + index)")) }
    #expect(try entries(in: await export(all: true)).map(\.sequence) == Array(1...502))
  }

  @Test func `Nobody but the gateway can read it`() async throws {
    let file = try await export()
    #expect(!String(decoding: file, as: UTF8.self).contains("ORDER-0003"))
    #expect(throws: LedgerExportError.sealedToAnother) {
      try LedgerExport(line: file).opened(
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

  @Test func `Entries in another till's signature, or with a gap, are not taken up`() async throws {
    let lost = try await entries(in: export(all: true))
    func open(_ name: String, _ key: P256.Signing.PrivateKey) throws -> OrderLedger {
      try OrderLedger(path: folder.path(name), terminal: TerminalID("till-1"), key: key, wallClock: clock)
    }
    let other = try open("other.sqlite", P256.Signing.PrivateKey())
    await #expect(throws: LedgerError.damaged(sequence: 1, reason: "the signature is wrong")) {
      try await other.keepFetched(lost, after: 0, isFirst: true)
    }
    #expect(try await other.head().sequence == 0)
    let own = try open("own.sqlite", key)
    try await own.keepFetched(Array(lost.prefix(2)), after: 0, isFirst: true)
    await #expect(throws: LedgerError.damaged(sequence: 3, reason: "the entry is missing")) {
      try await own.keepFetched(Array(lost.suffix(1)), after: 0, isFirst: false)
    }
  }
}

import CanteenCore
import CanteenTestSupport
import Crypto
import Foundation
import GatewayProtocol
import Testing
import TillAPI

@testable import OrderLedger

/// What leaves a till's outbox, and what stays in it.
struct UploaderTests {
  @Test func `What the gateway refuses stays in the outbox, and so does all that follows`() async throws {
    let folder = try TemporaryFolder()
    let ledger = try OrderLedger(
      path: folder.path("ledger.sqlite"), terminal: TerminalID("till-1"), key: P256.Signing.PrivateKey(),
      wallClock: ManualWallClock())
    for number in 1...4 { _ = try await ledger.accept(.sample("ORDER-000\(number)")) }
    let gateway = HoldingGateway(for: try TerminalID("till-1"))
    gateway.takes(atMost: 2)
    let uploader = uploader(of: ledger, gateway)
    await #expect(throws: (any Error).self) { try await uploader.sendOneBatch() }
    #expect(try await ledger.unsent(atMost: 9).map(\.sequence) == [3, 4])
  }

  private func uploader(of ledger: OrderLedger, _ gateway: HoldingGateway) -> OrderUploader {
    OrderUploader(
      ledger: ledger,
      prover: LedgerProver(ledger: ledger, transport: gateway, gatewayKey: gateway.key.publicKey),
      transport: gateway, clock: ManualClock())
  }

  @Test func `From before a batch leaves the gateway may have it`() async throws {
    let folder = try TemporaryFolder()
    let ledger = try OrderLedger(
      path: folder.path("ledger.sqlite"), terminal: TerminalID("till-1"), key: P256.Signing.PrivateKey(),
      wallClock: ManualWallClock())
    let order = try Order.sample("ORDER-0001")
    _ = try await ledger.accept(order)
    let gateway = HoldingGateway(for: try TerminalID("till-1"))
    gateway.change(answer: { _ in OrderUploadAnswer(answers: []) })
    let uploader = uploader(of: ledger, gateway)
    await #expect(throws: HeldLedgerError.missing) { try await uploader.sendOneBatch() }
    #expect(try await ledger.bookedOrder(order.outTradeNumber)?.state == .queued)
  }

  @Test func `I9: an entry of the till's own that continues another history breaks the chain`() throws {
    let key = P256.Signing.PrivateKey()
    func entry(_ sequence: Int64, after hash: Data) throws -> LedgerEntry {
      try LedgerEntry(
        terminal: TerminalID("till-1"), sequence: sequence, previousHash: hash,
        recordedAt: ManualWallClock().now(), payload: "{}", key: key)
    }
    let first = try entry(1, after: LedgerEntry.firstPreviousHash)
    var chain = EntryChain(keys: LedgerKeys(own: key.publicKey))
    try chain.add(first)
    let stranger = try entry(2, after: Data(repeating: 7, count: 32))
    #expect(throws: LedgerError.damaged(sequence: 2, reason: "the chain is broken")) {
      var chain = EntryChain(continuing: first, keys: LedgerKeys(own: key.publicKey))
      try chain.add(stranger)
    }
    try chain.add(entry(2, after: first.hash))
    #expect(chain.sequence == 2)
  }
}

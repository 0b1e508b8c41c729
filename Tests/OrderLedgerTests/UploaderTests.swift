import CanteenCore
import CanteenTestSupport
import Crypto
import GatewayProtocol
import OrderLedger
import Testing

/// What leaves a till's outbox, and what stays in it.
struct UploaderTests {
  /// Takes the first entries of a batch and refuses the next one.
  private struct StrictGateway: OrderTransport {
    let takes: Int

    func upload(_ entries: [LedgerEntry]) async throws -> OrderUploadAnswer {
      var answers = entries.prefix(takes).map {
        OrderUploadAnswer.Answer(sequence: $0.sequence, outcome: .stored)
      }
      if let next = entries.dropFirst(takes).first {
        answers.append(
          .init(sequence: next.sequence, outcome: .refused, reason: "the chain does not continue"))
      }
      return OrderUploadAnswer(answers: answers)
    }
  }

  @Test func `What the gateway refuses stays in the outbox, and so does all that follows`() async throws {
    let folder = try TemporaryFolder()
    let ledger = try OrderLedger(
      path: folder.path("ledger.sqlite"), terminal: TerminalID("till-1"), key: P256.Signing.PrivateKey(),
      wallClock: ManualWallClock())
    for number in 1...4 { _ = try await ledger.accept(.sample("ORDER-000\(number)")) }
    let uploader = OrderUploader(ledger: ledger, transport: StrictGateway(takes: 2), clock: ManualClock())
    await #expect(throws: (any Error).self) { try await uploader.sendOneBatch() }
    #expect(try await ledger.unsent(atMost: 9).map(\.sequence) == [3, 4])
  }
}

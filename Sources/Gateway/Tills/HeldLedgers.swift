package import Crypto
package import GatewayProtocol
package import GatewayStore

/// Says what is held of a till's ledger, signed, so that the till need believe nobody else.
package struct HeldLedgers: Sendable {
  private let store: any TerminalStore
  private let key: P256.Signing.PrivateKey

  package init(store: any TerminalStore, key: P256.Signing.PrivateKey) {
    self.store = store
    self.key = key
  }

  package func answer(_ question: HeldLedgerQuestion, of till: PairedTerminal) async throws -> SignedText {
    let held = try await store.held(of: till.id, at: question.sequence)
    return try SignedText(
      CanonicalJSON.text(
        HeldLedger(terminal: till.id, nonce: question.nonce, end: held.end.sequence, point: held.point)),
      purpose: .heldLedger, key: key)
  }
}

import GatewayProtocol

/// What is to be appended, and its text: the text is made before the ledger's turn comes, the signature after.
struct LedgerDraft: Sendable {
  let payload: LedgerPayload
  let text: String

  init(_ payload: LedgerPayload) throws {
    self.payload = payload
    text = try CanonicalJSON.text(payload)
  }
}

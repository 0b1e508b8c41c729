import GatewayProtocol

/// A payload to append, and its JSON text. The text of an order is made before its turn to be written comes;
/// the signature always after.
struct LedgerDraft: Sendable {
  let payload: LedgerPayload
  let text: String

  init(_ payload: LedgerPayload) throws {
    self.payload = payload
    text = try CanonicalJSON.text(payload)
  }
}

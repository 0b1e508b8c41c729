import CanteenCore
import GatewayProtocol

/// What the next entry will say, as it will be signed.
struct LedgerDraft: Sendable {
  /// Many entries leave in one upload. What is brought back is another entry, with every quotation mark in it escaped.
  private static let mostBytes = 64 << 10

  let payload: LedgerPayload
  let text: String

  /// - Throws: ``LedgerError/tooLong`` for more than any sale or act of staff takes.
  init(_ payload: LedgerPayload) throws {
    self.payload = payload
    text = try CanonicalJSON.text(payload)
    if case .broughtBack = payload { return }
    guard text.utf8.count <= Self.mostBytes else { throw LedgerError.tooLong }
  }
}

import CanteenCore
import Crypto
import Foundation
import GatewayProtocol

/// Turns the enrolled people into signed batches, each sealed to the till that asked.
struct LibraryPublisher: Sendable {
  /// 200 people with three templates each are about 400 kB.
  static let mostChanges = 200

  let store: GatewayStore
  let templates: TemplateVault
  let organization: OrganizationID
  let origin: EmbeddingOrigin
  let key: P256.Signing.PrivateKey

  func batch(after cursor: Int64, for terminal: PairedTerminal) async throws -> SealedBatch {
    let changes = try await store.changes(after: cursor, atMost: Self.mostChanges)
    let batch = LibraryBatch(
      organization: organization, origin: origin, after: cursor,
      upTo: changes.last?.version ?? cursor, more: changes.count == Self.mostChanges,
      changes: try changes.map { try change($0.user) })
    let signed = try SignedText(CanonicalJSON.text(batch), purpose: .libraryBatch, key: key)
    return try SealedBatch(sealing: signed, to: terminal.sealingKey)
  }

  /// Whoever may not pay is not in the library at all.
  private func change(_ user: EnrolledUser) throws -> LibraryChange {
    guard user.mayPay, let sealed = user.sealedTemplates else { return .delete(user.user.outUserID) }
    return .upsert(
      LibraryPerson(user: user.user), templates: try templates.open(sealed, of: user.user.outUserID))
  }
}

/// Encrypts templates at rest with AES-GCM, bound to their user.
struct TemplateVault: Sendable {
  let key: SymmetricKey

  func seal(_ templates: [Data], of user: OutUserID) throws -> Data {
    let box = try AES.GCM.seal(
      CanonicalJSON.data(templates), using: key, authenticating: Data(user.text.utf8))
    // nil only for nonces of another length than AES.GCM's own.
    guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
    return combined
  }

  func open(_ sealed: Data, of user: OutUserID) throws -> [Data] {
    let plain = try AES.GCM.open(
      AES.GCM.SealedBox(combined: sealed), using: key, authenticating: Data(user.text.utf8))
    return try JSONDecoder().decode([Data].self, from: plain)
  }
}

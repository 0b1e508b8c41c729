import CanteenCore
import Crypto
import Foundation
import GatewayProtocol

/// Turns the enrolled people into signed batches, each sealed to the till that asked.
struct LibraryPublisher: Sendable {
  /// 200 people with five templates each are about 700 kB.
  static let mostChanges = 200

  let store: GatewayStore
  let templates: TemplateVault
  let guardians: GuardianVault
  let organization: OrganizationID
  let key: P256.Signing.PrivateKey

  func batch(after cursor: Int64, for terminal: PairedTerminal) async throws -> SealedBatch {
    let part = try await store.libraryPart(after: cursor, atMost: Self.mostChanges)
    let batch = LibraryBatch(
      organization: organization, origin: templates.origin, after: cursor,
      upTo: part.changes.last?.version ?? cursor, more: part.changes.count == Self.mostChanges,
      changes: part.changes.map { change($0.user, lookAlikes: part.lookAlikes) },
      scoreModel: part.scoreModel)
    let signed = try SignedText(CanonicalJSON.text(batch), purpose: .libraryBatch, key: key)
    return try SealedBatch(sealing: signed, to: terminal.sealingKey)
  }

  /// Whoever may not pay, and whoever must be enrolled anew, is not in the library at all.
  private func change(_ user: EnrolledUser, lookAlikes: [OutUserID: [OutUserID]]) -> LibraryChange {
    let id = user.user.outUserID
    guard user.mayPay, let sealed = user.shots, let shots = try? templates.open(sealed, of: id) else {
      return .delete(id)
    }
    // A guardian that cannot be opened is left out: the till then asks staff instead of a phone tail.
    let guardian = user.sealedGuardian.flatMap { try? guardians.open($0, of: id) }
    return .upsert(
      LibraryPerson(
        user: user.user, guardian: guardian.flatMap(guardians.account), lookAlikes: lookAlikes[id] ?? []),
      templates: shots.map(\.template))
  }
}

import CanteenCore
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore

/// Turns the enrolled people into signed batches, each sealed to the till that asked.
struct LibraryPublisher: Sendable {
  /// 200 people with five templates each are about 700 kB.
  static let mostChanges = 200

  let store: any PeopleStore & EventStore
  let templates: TemplateVault
  let guardians: GuardianVault
  let organization: OrganizationID
  let key: P256.Signing.PrivateKey
  private let places: ReadingPlaces

  init(
    store: any PeopleStore & EventStore, templates: TemplateVault, guardians: GuardianVault,
    organization: OrganizationID, key: P256.Signing.PrivateKey
  ) {
    self.store = store
    self.templates = templates
    self.guardians = guardians
    self.organization = organization
    self.key = key
    places = ReadingPlaces(store: store)
  }

  /// The next part of the library for a till that says how far it has read.
  func batch(for terminal: PairedTerminal, saying said: SaidPlace) async throws -> SealedBatch {
    while let place = try await places.place(in: .library, for: terminal.id, saying: said) {
      let batch = try await batch(after: place.after(said), epoch: place.epoch)
      if try await places.note(told: batch.upTo, of: .library, to: terminal.id, from: place) {
        return try sealed(batch, to: terminal)
      }
    }
    return try await self.batch(after: 0, for: terminal)
  }

  /// The part after a cursor of the present epoch.
  func batch(after cursor: Int64, for terminal: PairedTerminal) async throws -> SealedBatch {
    try sealed(await batch(after: cursor, epoch: nil), to: terminal)
  }

  private func batch(after cursor: Int64, epoch: StoreEpoch?) async throws -> LibraryBatch {
    let part = try await store.libraryPart(after: cursor, atMost: Self.mostChanges)
    return LibraryBatch(
      organization: organization, origin: templates.origin, after: cursor,
      upTo: part.changes.last?.version ?? cursor, more: part.changes.count == Self.mostChanges,
      changes: part.changes.map { change($0.user, lookAlikes: part.lookAlikes) },
      scoreModel: part.scoreModel, epoch: epoch)
  }

  private func sealed(_ batch: LibraryBatch, to terminal: PairedTerminal) throws -> SealedBatch {
    let signed = try SignedText(CanonicalJSON.text(batch), purpose: .libraryBatch, key: key)
    return try SealedBatch(sealing: signed, to: terminal.sealingKey)
  }

  /// Users who may not pay, or who must be enrolled anew, are not in the library at all.
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

extension ReadingPlaces.Place {
  /// A till of an earlier version does not know epochs and cannot begin anew: it is given what comes after
  /// its cursor.
  fileprivate func after(_ said: SaidPlace) -> Int64 {
    if case .unaware(let cursor) = said { cursor } else { after }
  }
}

public import CanteenCore
public import Crypto
import Foundation
public import GatewayProtocol
import GRDB
import Synchronization

/// The till's face templates: encrypted on disk, in plain only in memory, synced from the gateway.
///
/// Everything here can be fetched again; when the model changes, the store is emptied and synced anew.
public final class FeatureLibrary: FaceSearch {
  private let database: DatabasePool
  private let seal: LibrarySeal
  private let organization: OrganizationID
  private let origin: EmbeddingOrigin
  private let index: LibraryIndex
  /// People of an earlier epoch are still here.
  private let isBeingReplaced: Atomic<Bool>
  /// When it last held all that the gateway had, and when that was last written to disk.
  private let current: Mutex<(at: Timestamp?, writtenAt: Timestamp?)>
  /// Batches continue one another, so they are taken over one by one.
  private let takingOver = Mutex(())

  /// Opens or creates the store and loads every template into memory.
  ///
  /// - Parameters:
  ///   - path: the SQLite file; its folder must exist.
  ///   - origin: what the till's own recogniser makes; templates of anything else are dropped.
  ///   - key: 256 bits that never leave the till.
  ///   - groups: only people of these groups, and people with look-alikes, are searched; nil searches
  ///     everybody. All are kept on disk.
  public init(
    path: String, organization: OrganizationID, origin: EmbeddingOrigin, key: SymmetricKey,
    narrowedTo groups: Set<UserGroup>? = nil
  ) throws(LibraryError) {
    self.organization = organization
    self.origin = origin
    seal = LibrarySeal(key: key, origin: origin)
    do {
      var configuration = Configuration()
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON") }
      database = try DatabasePool(path: path, configuration: configuration)
      try LibrarySchema.migrator.migrate(database)
      let (seal, stamp) = (seal, LibrarySchema.stamp(organization: organization, origin: origin))
      let (isBeingReplaced, currentAt): (Bool, Timestamp?)
      (index, isBeingReplaced, currentAt) = try database.write { db in
        try LibrarySchema.emptyUnless(stamped: stamp, in: db)
        let index = try LibraryIndex(
          at: LibrarySchema.place(in: db), scoreModel: LibrarySchema.scoreModel(in: db),
          narrowedTo: groups)
        try Self.load(from: db, seal, into: index)
        return (
          index, try LibrarySchema.hasStalePeople(in: db), try LibrarySchema.currentAt(in: db)
        )
      }
      current = Mutex((currentAt, currentAt))
      self.isBeingReplaced = Atomic(isBeingReplaced)
    } catch {
      throw .storage(String(describing: error))
    }
  }

  /// Where to sync from.
  public var place: StorePlace { index.place }
  /// The cursor of ``place``; kept with each order.
  public var version: Int64 { index.place.cursor }

  /// When it last held all that the gateway had, also before the last start; nil when it never did, or a version
  /// that did not keep the time made it.
  public var currentAt: Timestamp? { current.withLock { $0.at } }

  /// The gateway has nothing that is not here. Kept on disk, to five minutes.
  public func isCurrent(at now: Timestamp) throws(LibraryError) {
    let mustBeWritten = current.withLock { current in
      current.at = now
      guard let written = current.writtenAt else { return true }
      return abs(written.duration(to: now) / .seconds(1)) >= 300
    }
    guard mustBeWritten else { return }
    do {
      try database.write { try LibrarySchema.set(currentAt: now, in: $0) }
    } catch {
      throw .storage(String(describing: error))
    }
    current.withLock { $0.writtenAt = now }
  }

  /// Those who are searched.
  public var peopleCount: Int { index.peopleCount }

  public func person(_ id: OutUserID) -> LibraryPerson? { index.person(id) }
  public var templateCount: Int { index.templateCount }

  /// How scores are spread in this library, as the gateway found.
  public var scoreModel: ScoreModel { index.spread.model }

  /// The threshold and margin that this library asks for as it is now.
  public func operatingPoint(for policy: IdentificationPolicy) -> OperatingPoint {
    let spread = index.spread
    return policy.operatingPoint(for: spread.model, people: spread.people)
  }

  /// The two people most similar to a face, whatever else happens to the library meanwhile.
  public func match(_ face: Embedding) -> LibraryMatch { index.match(face) }

  /// Whether a batch holds anything that is not here yet.
  public func lacks(_ batch: LibraryBatch) -> Bool {
    !batch.changes.isEmpty || batch.place != place || isBeingReplaced.load(ordering: .relaxed)
  }

  /// Takes over one batch whole or not at all: rows, index and memory together (I6).
  ///
  /// A batch of another epoch begins a library that replaces this one; whoever is not in the new library is
  /// removed with its last batch.
  public func apply(_ batch: LibraryBatch) throws(LibraryError) {
    guard batch.organization == organization else { throw .otherOrganization(batch.organization) }
    guard batch.origin.agrees(with: origin) else { throw .otherModel }
    var changes = try batch.changes.map { change throws(LibraryError) in try IndexChange(change) }
    try takingOver.withLock { _ throws(LibraryError) in
      let place = place
      guard batch.upTo >= batch.after, batch.continues(place) || batch.replaces(place) else {
        throw .rollback(ours: place.cursor, after: batch.after, upTo: batch.upTo)
      }
      let (gone, isBeingReplaced): ([OutUserID], Bool)
      do {
        (gone, isBeingReplaced) = try database.write { db in
          if batch.replaces(place) { try LibrarySchema.markEverybodyStale(in: db) }
          for change in changes { try write(change, in: db) }
          try LibrarySchema.set(batch.place, scoreModel: batch.scoreModel, in: db)
          let gone = batch.more ? [] : try LibrarySchema.removeStalePeople(in: db)
          return (gone, try LibrarySchema.hasStalePeople(in: db))
        }
      } catch {
        throw .storage(String(describing: error))
      }
      self.isBeingReplaced.store(isBeingReplaced, ordering: .relaxed)
      changes += gone.map(IndexChange.delete)
      try index.apply(changes, upTo: batch.place, scoreModel: batch.scoreModel)
    }
  }

  private func write(_ change: IndexChange, in db: Database) throws {
    let id = change.outUserID.text
    try db.execute(sql: "DELETE FROM person WHERE out_user_id = ?", arguments: [id])
    guard case .upsert(let person, let templates) = change else { return }
    try db.execute(
      sql: "INSERT INTO person (out_user_id, profile, templates) VALUES (?, ?, ?)",
      arguments: [
        id, try seal.seal(person), try seal.seal(templates, of: person.user.outUserID),
      ])
  }

  /// Row by row, so that no more than a few people are in memory twice.
  private static func load(from db: Database, _ seal: LibrarySeal, into index: LibraryIndex) throws {
    var some: [IndexChange] = []
    let rows = try Row.fetchCursor(db, sql: "SELECT out_user_id, profile, templates FROM person")
    while let row = try rows.next() {
      let user = try OutUserID(row["out_user_id"])
      some.append(
        .upsert(
          try seal.openPerson(row["profile"], of: user),
          try seal.openTemplates(row["templates"], of: user)))
      guard some.count >= 256 else { continue }
      try index.apply(some, upTo: index.place, scoreModel: index.spread.model)
      some.removeAll(keepingCapacity: true)
    }
    try index.apply(some, upTo: index.place, scoreModel: index.spread.model)
  }
}

extension LibraryBatch {
  fileprivate var place: StorePlace { StorePlace(epoch: epoch, cursor: upTo) }

  /// A library or a gateway from before there were epochs has none to compare.
  fileprivate func continues(_ place: StorePlace) -> Bool {
    after == place.cursor && (epoch == place.epoch || epoch == nil || place.epoch == nil)
  }

  fileprivate func replaces(_ place: StorePlace) -> Bool {
    after == 0 && epoch != nil && epoch != place.epoch && !continues(place)
  }
}

/// Why a library cannot be opened or a batch is not taken over.
public enum LibraryError: Error, Equatable, CustomStringConvertible {
  case storage(String)
  case otherOrganization(OrganizationID)
  /// The batch was made with another recognition model than this till runs.
  case otherModel
  /// The batch does not continue where this library stands.
  case rollback(ours: Int64, after: Int64, upTo: Int64)
  /// The batch is on disk and will be in the library after the next start.
  case memory
  /// A template in the batch is not 128 usable floats.
  case badTemplate(OutUserID)

  public var description: String {
    switch self {
    case .storage(let reason): "The face library cannot be used (\(reason)); check the disk."
    case .memory: "There is no memory for the face library; restart the till or use one with more memory."
    case .otherOrganization(let other): "The face library offered belongs to another school (\(other))."
    case .otherModel:
      "The gateway's face library was made with another model or another major version of OpenCV; install the same on till and gateway."
    case .rollback(let ours, let after, let upTo):
      "The face library offered (\(after)…\(upTo)) does not continue ours (\(ours))."
    case .badTemplate(let user): "The template offered for user \(user) is not usable."
    }
  }
}

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
  private let seal: TemplateSeal
  private let organization: OrganizationID
  private let origin: EmbeddingOrigin
  private let index: Mutex<LibraryIndex>

  /// Opens or creates the store and loads every template into memory.
  ///
  /// - Parameters:
  ///   - path: the SQLite file; its folder must exist.
  ///   - origin: what the till's own recogniser makes; templates of anything else are dropped.
  ///   - key: 256 bits that never leave the till.
  public init(
    path: String, organization: OrganizationID, origin: EmbeddingOrigin, key: SymmetricKey
  ) throws(LibraryError) {
    self.organization = organization
    self.origin = origin
    seal = TemplateSeal(key: key, origin: origin)
    do {
      var configuration = Configuration()
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA secure_delete = ON") }
      database = try DatabasePool(path: path, configuration: configuration)
      try LibrarySchema.migrator.migrate(database)
      let (seal, stamp) = (seal, LibrarySchema.stamp(organization: organization, origin: origin))
      index = Mutex(
        try database.write { db in
          try LibrarySchema.emptyUnless(stamped: stamp, in: db)
          return try LibraryIndex(
            version: LibrarySchema.version(in: db), scoreModel: LibrarySchema.scoreModel(in: db),
            people: Self.load(from: db, seal))
        })
    } catch {
      throw .storage(String(describing: error))
    }
  }

  /// The cursor to sync from; grows with every batch and is kept with each order.
  public var version: Int64 { index.withLock { $0.version } }

  public var peopleCount: Int { index.withLock { $0.peopleCount } }

  /// The threshold and margin that this library asks for as it is now.
  public func operatingPoint(for policy: IdentificationPolicy) -> OperatingPoint {
    index.withLock { policy.operatingPoint(for: $0.scoreModel, people: $0.peopleCount) }
  }

  /// The two people most similar to a face. One pass over all templates.
  public func match(_ face: Embedding) -> LibraryMatch {
    index.withLock { $0.match(face) }
  }

  /// Takes over one batch whole or not at all: rows, index and memory together (I6).
  public func apply(_ batch: LibraryBatch) throws(LibraryError) {
    guard batch.organization == organization else { throw .otherOrganization(batch.organization) }
    guard batch.origin == origin else { throw .otherModel }
    let version = version
    guard batch.after == version, batch.upTo >= version else {
      throw .rollback(ours: version, after: batch.after, upTo: batch.upTo)
    }
    let changes = try batch.changes.map { change throws(LibraryError) in try IndexChange(change) }
    do {
      try database.write { db in
        for change in changes { try write(change, in: db) }
        try LibrarySchema.set(version: batch.upTo, scoreModel: batch.scoreModel, in: db)
      }
    } catch {
      throw .storage(String(describing: error))
    }
    index.withLock { index in
      for change in changes { index.apply(change) }
      index.version = batch.upTo
      index.scoreModel = batch.scoreModel
    }
  }

  private func write(_ change: IndexChange, in db: Database) throws {
    let id = change.outUserID.text
    try db.execute(sql: "DELETE FROM person WHERE out_user_id = ?", arguments: [id])
    guard case .upsert(let person, let templates) = change else { return }
    try db.execute(
      sql: "INSERT INTO person (out_user_id, profile, templates) VALUES (?, ?, ?)",
      arguments: [
        id, try CanonicalJSON.text(person),
        try seal.seal(
          templates.reduce(into: Data()) { $0.append($1.littleEndianBytes) }, of: person.user.outUserID),
      ])
  }

  private static func load(from db: Database, _ seal: TemplateSeal) throws -> [(LibraryPerson, [Embedding])] {
    try Row.fetchAll(db, sql: "SELECT profile, templates FROM person ORDER BY out_user_id").map { row in
      let person = try CanonicalJSON.decode(LibraryPerson.self, from: row["profile"])
      let bytes = try seal.open(row["templates"], of: person.user.outUserID)
      let size = Embedding.dimension * 4
      let templates = try stride(from: 0, to: bytes.count, by: size).map { start in
        try Embedding(littleEndianBytes: bytes.dropFirst(start).prefix(size))
      }
      return (person, templates)
    }
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
  /// A template in the batch is not 128 usable floats.
  case badTemplate(OutUserID)

  public var description: String {
    switch self {
    case .storage(let reason): "The face library cannot be used (\(reason)); check the disk."
    case .otherOrganization(let other): "The face library offered belongs to another school (\(other))."
    case .otherModel:
      "The gateway's face library was made with another model; install the same models on till and gateway."
    case .rollback(let ours, let after, let upTo):
      "The face library offered (\(after)…\(upTo)) does not continue ours (\(ours))."
    case .badTemplate(let user): "The template offered for user \(user) is not usable."
    }
  }
}

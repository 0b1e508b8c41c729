import CanteenCore
import GatewayProtocol

/// The templates in memory, one row of 128 floats after the other.
struct LibraryIndex: Sendable {
  var version: Int64
  private var people: [RecognisedUser] = []
  /// Row r of `rows` belongs to `people[owners[r]]`; the rows of one person are neighbours.
  private var owners: [Int] = []
  private var rows: [Float] = []

  init(version: Int64, people: [(RecognisedUser, [Embedding])]) {
    self.version = version
    for (user, templates) in people { append(user, templates) }
  }

  var peopleCount: Int { people.count }

  mutating func apply(_ change: IndexChange) {
    remove(change.outUserID)
    if case .upsert(let user, let templates) = change { append(user, templates) }
  }

  func match(_ face: Embedding) -> LibraryMatch {
    var best: (owner: Int, cosine: Float)?
    var runnerUp: (owner: Int, cosine: Float)?
    face.values.withUnsafeBufferPointer { probe in
      rows.withUnsafeBufferPointer { rows in
        var start = 0
        for owner in owners {
          var sums = SIMD8<Float>.zero
          for lane in stride(from: 0, to: Embedding.dimension, by: 8) {
            sums += SIMD8(probe[lane..<lane + 8]) * SIMD8(rows[start + lane..<start + lane + 8])
          }
          start += Embedding.dimension
          let cosine = sums.sum()
          if owner == best?.owner {
            best = (owner, max(cosine, best?.cosine ?? cosine))
          } else if cosine > best?.cosine ?? -.infinity {
            runnerUp = best
            best = (owner, cosine)
          } else if cosine > runnerUp?.cosine ?? -.infinity {
            runnerUp = (owner, cosine)
          }
        }
      }
    }
    return LibraryMatch(best: candidate(best), runnerUp: candidate(runnerUp), libraryVersion: version)
  }

  private func candidate(_ found: (owner: Int, cosine: Float)?) -> LibraryMatch.Candidate? {
    found.map { LibraryMatch.Candidate(user: people[$0.owner], cosine: $0.cosine) }
  }

  private mutating func append(_ user: RecognisedUser, _ templates: [Embedding]) {
    people.append(user)
    for template in templates {
      owners.append(people.count - 1)
      rows.append(contentsOf: template.values)
    }
  }

  /// The person's floats are overwritten before the storage is given back.
  private mutating func remove(_ id: OutUserID) {
    guard let gone = people.firstIndex(where: { $0.outUserID == id }) else { return }
    let theirs = owners.indices.filter { owners[$0] == gone }
    if let first = theirs.first, let last = theirs.last {
      let floats = first * Embedding.dimension..<(last + 1) * Embedding.dimension
      for position in floats { rows[position] = 0 }
      rows.removeSubrange(floats)
      owners.removeSubrange(first...last)
    }
    people.remove(at: gone)
    owners = owners.map { $0 > gone ? $0 - 1 : $0 }
  }
}

/// One change whose templates were checked.
enum IndexChange: Sendable {
  case upsert(RecognisedUser, [Embedding])
  case delete(OutUserID)

  init(_ change: LibraryChange) throws(LibraryError) {
    switch change {
    case .delete(let id):
      self = .delete(id)
    case .upsert(let user, let templates):
      do {
        self = .upsert(user, try templates.map { try Embedding(littleEndianBytes: $0) })
      } catch {
        throw .badTemplate(user.outUserID)
      }
    }
  }

  var outUserID: OutUserID {
    switch self {
    case .upsert(let user, _): user.outUserID
    case .delete(let id): id
    }
  }
}

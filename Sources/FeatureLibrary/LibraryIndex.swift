import CanteenCore
import GatewayProtocol

/// The templates in memory, one row of 128 floats after the other.
struct LibraryIndex: Sendable {
  var version: Int64
  var scoreModel: ScoreModel
  private var people: [LibraryPerson] = []
  /// Row r of `rows` belongs to `people[owners[r]]`; the rows of one person are neighbours.
  private var owners: [Int] = []
  private var rows: [Float] = []

  init(version: Int64, scoreModel: ScoreModel, people: [(LibraryPerson, [Embedding])]) {
    self.version = version
    self.scoreModel = scoreModel
    for (person, templates) in people { append(person, templates) }
  }

  var peopleCount: Int { people.count }

  mutating func apply(_ change: IndexChange) {
    remove(change.outUserID)
    if case .upsert(let person, let templates) = change { append(person, templates) }
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
    return LibraryMatch(
      best: candidate(best), runnerUp: candidate(runnerUp),
      lookAlikes: best.map { lookAlikes(of: people[$0.owner]) } ?? [], libraryVersion: version)
  }

  private func candidate(_ found: (owner: Int, cosine: Float)?) -> LibraryMatch.Candidate? {
    found.map { LibraryMatch.Candidate(person: people[$0.owner], cosine: $0.cosine) }
  }

  private func lookAlikes(of person: LibraryPerson) -> [LibraryPerson] {
    guard !person.lookAlikes.isEmpty else { return [] }
    return people.filter { person.lookAlikes.contains($0.user.outUserID) }
  }

  private mutating func append(_ person: LibraryPerson, _ templates: [Embedding]) {
    people.append(person)
    for template in templates {
      owners.append(people.count - 1)
      rows.append(contentsOf: template.values)
    }
  }

  /// The person's floats are overwritten before the storage is given back.
  private mutating func remove(_ id: OutUserID) {
    guard let gone = people.firstIndex(where: { $0.user.outUserID == id }) else { return }
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
  case upsert(LibraryPerson, [Embedding])
  case delete(OutUserID)

  init(_ change: LibraryChange) throws(LibraryError) {
    switch change {
    case .delete(let id):
      self = .delete(id)
    case .upsert(let person, let templates):
      do {
        self = .upsert(person, try templates.map { try Embedding(littleEndianBytes: $0) })
      } catch {
        throw .badTemplate(person.user.outUserID)
      }
    }
  }

  var outUserID: OutUserID {
    switch self {
    case .upsert(let person, _): person.user.outUserID
    case .delete(let id): id
    }
  }
}

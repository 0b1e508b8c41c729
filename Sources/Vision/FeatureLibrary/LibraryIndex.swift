import CanteenCore
import FaceIndex
import GatewayProtocol
import Synchronization

/// The library in memory: templates to search, and who the people are.
final class LibraryIndex: Sendable {
  private struct Register {
    var place: StorePlace
    var scoreModel: ScoreModel
    var people: [OutUserID: LibraryPerson] = [:]
  }

  private let faces = FaceIndex<OutUserID>()
  private let register: Mutex<Register>
  private let groups: Set<UserGroup>?

  /// - Parameter groups: only their people, and people with look-alikes, are searched; nil searches all.
  init(at place: StorePlace, scoreModel: ScoreModel, narrowedTo groups: Set<UserGroup>? = nil) {
    register = Mutex(Register(place: place, scoreModel: scoreModel))
    self.groups = groups
  }

  var place: StorePlace { register.withLock { $0.place } }
  var peopleCount: Int { register.withLock { $0.people.count } }

  func person(_ id: OutUserID) -> LibraryPerson? { register.withLock { $0.people[id] } }
  /// How scores are spread and how many people there are, of one moment.
  var spread: (model: ScoreModel, people: Int) { register.withLock { ($0.scoreModel, $0.people.count) } }
  var templateCount: Int { faces.templateCount }

  /// A search that runs meanwhile sees either all changes or none.
  func apply(
    _ changes: [IndexChange], upTo place: StorePlace, scoreModel: ScoreModel
  ) throws(LibraryError) {
    let changes = changes.map(narrowed)
    // People are added before their templates and removed after them, so that whoever is found has a name.
    for case .upsert(let person, _) in changes {
      register.withLock { $0.people[person.user.outUserID] = person }
    }
    do {
      try faces.apply(changes.map(\.faceChange))
    } catch {
      throw .memory
    }
    let gone = IndexChange.deleted(by: changes)
    register.withLock { register in
      for id in gone { register.people[id] = nil }
      register.place = place
      register.scoreModel = scoreModel
    }
  }

  private func narrowed(_ change: IndexChange) -> IndexChange {
    guard let groups, case .upsert(let person, _) = change else { return change }
    if let group = person.user.group, groups.contains(group) { return change }
    // Whoever has look-alikes stays: without them, one of the others would be taken for the only one.
    return person.lookAlikes.isEmpty ? .delete(person.user.outUserID) : change
  }

  func match(_ face: Embedding) -> LibraryMatch {
    while true {
      if let match = named(search(for: face)) { return match }
    }
  }

  /// The version may be older than the templates by a batch that is being taken over, never newer.
  func search(for face: Embedding) -> (people: TopTwo<OutUserID>, version: Int64) {
    let version = place.cursor
    return (faces.topTwo(of: face), version)
  }

  /// nil when someone found was deleted since the search began: the next search no longer sees them (I6).
  func named(_ found: (people: TopTwo<OutUserID>, version: Int64)) -> LibraryMatch? {
    register.withLock { register in
      let nearest = [found.people.best, found.people.runnerUp].compactMap(\.self)
      let candidates = nearest.compactMap { near in
        register.people[near.owner].map { LibraryMatch.Candidate(person: $0, cosine: near.cosine) }
      }
      guard candidates.count == nearest.count else { return nil }
      return LibraryMatch(
        best: candidates.first, runnerUp: candidates.dropFirst().first,
        lookAlikes: candidates.first?.person.lookAlikes.compactMap { register.people[$0] } ?? [],
        libraryVersion: found.version)
    }
  }
}

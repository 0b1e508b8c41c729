import CanteenCore
import FaceIndex
import GatewayProtocol
import Synchronization

/// The library in memory: templates to search, and who the users are.
final class LibraryIndex: Sendable {
  private struct Register {
    var version: Int64
    var users: [OutUserID: RecognisedUser] = [:]
  }

  private let faces = FaceIndex<OutUserID>()
  private let register: Mutex<Register>

  init(version: Int64) { register = Mutex(Register(version: version)) }

  var version: Int64 { register.withLock { $0.version } }
  var peopleCount: Int { register.withLock { $0.users.count } }
  var templateCount: Int { faces.templateCount }

  /// A search that runs meanwhile sees either all changes or none.
  func apply(_ changes: [IndexChange], upTo version: Int64) throws(LibraryError) {
    // Users come before and go after their templates, so that whoever is found has a name.
    for case .upsert(let user, _) in changes { register.withLock { $0.users[user.outUserID] = user } }
    do {
      try faces.apply(changes.map(\.faceChange))
    } catch {
      throw .memory
    }
    let gone = IndexChange.deleted(by: changes)
    register.withLock { register in
      for id in gone { register.users[id] = nil }
      register.version = version
    }
  }

  func match(_ face: Embedding) -> LibraryMatch {
    while true {
      if let match = named(search(for: face)) { return match }
    }
  }

  /// The version may be older than the templates by a batch that is being taken over, never newer.
  func search(for face: Embedding) -> (people: TopTwo<OutUserID>, version: Int64) {
    let version = version
    return (faces.topTwo(of: face), version)
  }

  /// nil when someone found was deleted since the search began: the next search no longer sees them (I6).
  func named(_ found: (people: TopTwo<OutUserID>, version: Int64)) -> LibraryMatch? {
    register.withLock { register in
      let people = [found.people.best, found.people.runnerUp].compactMap(\.self)
      let candidates = people.compactMap { person in
        register.users[person.owner].map { LibraryMatch.Candidate(user: $0, cosine: person.cosine) }
      }
      guard candidates.count == people.count else { return nil }
      return LibraryMatch(
        best: candidates.first, runnerUp: candidates.dropFirst().first, libraryVersion: found.version)
    }
  }
}

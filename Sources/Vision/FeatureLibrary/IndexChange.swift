import CanteenCore
import FaceIndex
import GatewayProtocol

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

  var faceChange: FaceChange<OutUserID> {
    switch self {
    case .upsert(let person, let templates): .replace(person.user.outUserID, with: templates)
    case .delete(let id): .remove(id)
    }
  }

  /// Users who are gone after all of `changes`; one may be deleted and come back in the same batch.
  static func deleted(by changes: [IndexChange]) -> Set<OutUserID> {
    var gone: Set<OutUserID> = []
    for change in changes {
      switch change {
      case .upsert(let person, _): gone.remove(person.user.outUserID)
      case .delete(let id): gone.insert(id)
      }
    }
    return gone
  }
}

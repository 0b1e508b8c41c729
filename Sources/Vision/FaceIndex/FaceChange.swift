public import CanteenCore

/// One change of a ``FaceIndex``.
public enum FaceChange<Owner: Hashable & Sendable>: Sendable {
  /// These become the only templates of the owner, who need not be known yet.
  case replace(Owner, with: [Embedding])
  case remove(Owner)

  var owner: Owner {
    switch self {
    case .replace(let owner, _), .remove(let owner): owner
    }
  }

  var templates: [Embedding] {
    switch self {
    case .replace(_, let templates): templates
    case .remove: []
    }
  }
}

/// Why a ``FaceIndex`` cannot do what was asked.
public enum FaceIndexError: Error, Equatable, CustomStringConvertible {
  case noMemory
  /// More pairs look alike than the caller can use; the score asked for is too low.
  case tooManyPairs(Int)
  /// The task was cancelled before the comparison was finished.
  case cancelled

  public var description: String {
    switch self {
    case .noMemory: "There is no memory for more face templates; free some or use a bigger machine."
    case .tooManyPairs(let limit):
      "More than \(limit) pairs of people look alike at this score; ask for a higher one."
    case .cancelled: "The comparison was cancelled."
    }
  }
}

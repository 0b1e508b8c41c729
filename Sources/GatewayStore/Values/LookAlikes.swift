package import CanteenCore

/// Two people in the order of their numbers.
package struct PersonPair: Sendable, Hashable {
  package let first: OutUserID
  package let second: OutUserID

  package init(_ one: OutUserID, _ other: OutUserID) {
    (first, second) = one.text < other.text ? (one, other) : (other, one)
  }

  package func other(than id: OutUserID) -> OutUserID { id == first ? second : first }
}

/// Who looks like whom and how scores are spread, as the tills are told.
package struct PublishedLookAlikes: Sendable, Equatable {
  package let pairs: [PersonPair: Float]
  /// nil before the first comparison.
  package let model: ScoreModel?
  /// The person who changed last; nil in an empty library.
  package let newest: OutUserID?
  /// The library's version when this was read.
  package let libraryVersion: Int64

  package init(
    pairs: [PersonPair: Float], model: ScoreModel?, newest: OutUserID?, libraryVersion: Int64
  ) {
    self.pairs = pairs
    self.model = model
    self.newest = newest
    self.libraryVersion = libraryVersion
  }
}

/// What is published next.
package struct LookAlikePublication: Sendable, Equatable {
  package let pairs: [PersonPair: Float]
  package let model: ScoreModel
  /// How many people were compared.
  package let people: Int
  /// People who get the next versions of the library, in this order, so that every till gets them again.
  package let sentAgain: [OutUserID]

  package init(pairs: [PersonPair: Float], model: ScoreModel, people: Int, sentAgain: [OutUserID]) {
    self.pairs = pairs
    self.model = model
    self.people = people
    self.sentAgain = sentAgain
  }
}

/// One part of the library as it stood at one moment.
package struct LibraryPart: Sendable {
  /// Oldest change first.
  package let changes: [(version: Int64, user: EnrolledUser)]
  /// The look-alikes of those who changed.
  package let lookAlikes: [OutUserID: [OutUserID]]
  package let scoreModel: ScoreModel
}

package import CanteenCore

/// Face users, which of them may pay, and who looks like whom: the library that tills are given.
///
/// Every change of a person that tills must hear of gives the person the next version of the library.
/// Versions are cursors, with the same guarantees as those of events: see ``EventStore``.
package protocol PeopleStore: Sendable {
  /// Adds or replaces a user.
  ///
  /// - Parameters:
  ///   - before: the user to replace, as read; nil when there is none.
  ///   - confirmed: look-alikes whom staff vouched for as other people.
  /// - Returns: false, with nothing written, when the user was changed or forgotten since `before` was read.
  ///   A forgotten user must not come back by what was read before.
  func save(
    _ user: EnrolledUser, insteadOf before: EnrolledUser?, confirmedAgainst confirmed: [OutUserID],
    at now: Timestamp
  ) async throws -> Bool

  /// Forgets everything about a user except the number, which the tills need to hear of (I6). Everybody who
  /// looked like the user gets a new version, too.
  ///
  /// - Returns: false when there is no such user.
  func forget(_ id: OutUserID) async throws -> Bool

  /// What keeps a user from paying by face; nil when there is no such user, or no longer.
  func bars(of user: OutUserID) async throws -> UserBars?

  /// Bars a user from paying by face, or lets them again.
  ///
  /// - Parameter events: written with it.
  /// - Returns: false, with nothing written, when the bars are not `before` any more, or there is no such user.
  func replace(
    _ before: UserBars, by after: UserBars, of user: OutUserID, telling events: [AddressedEvent]
  ) async throws -> Bool

  /// Everybody who is kept from paying by face.
  func barredPeople() async throws -> [OutUserID: UserBars]

  /// Everybody enrolled, by number. Urgent is whose contract was missing or ended, or who was blocked at the platform,
  /// when it last spoke of them.
  func standingQuestions() async throws -> [StandingQuestion]

  /// The contract is signed: tills get the face with the next version of the library.
  ///
  /// - Returns: false when the user was admitted before, or is gone.
  func admit(_ id: OutUserID, as platformUserID: String) async throws -> Bool

  /// Everyone enrolled, by number.
  func people() async throws -> [EnrolledUser]
  /// nil when there is no such user, or no longer.
  func person(_ id: OutUserID) async throws -> EnrolledUser?

  func libraryVersion() async throws -> Int64
  /// Users changed after a version of the library, oldest change first, each with its version.
  func changes(after version: Int64, atMost count: Int) async throws -> [(version: Int64, user: EnrolledUser)]
  /// The same, with those they look like and the score model.
  func libraryPart(after version: Int64, atMost count: Int) async throws -> LibraryPart

  func published() async throws -> PublishedLookAlikes
  /// Replaces look-alikes and score model.
  ///
  /// - Returns: false, with nothing written, when the library has another version meanwhile.
  func publish(_ publication: LookAlikePublication, ifLibraryIs version: Int64) async throws -> Bool
  /// Pairs that staff vouched for as two people.
  func confirmedPairs() async throws -> Set<PersonPair>
}

extension PeopleStore {
  /// Adds or replaces a user, whoever was there.
  package func save(_ user: EnrolledUser, confirmedAgainst confirmed: [OutUserID] = [], at now: Timestamp)
    async throws
  {
    var isSaved = false
    while !isSaved {
      isSaved = try await save(
        user, insteadOf: person(user.user.outUserID), confirmedAgainst: confirmed, at: now)
    }
  }
}

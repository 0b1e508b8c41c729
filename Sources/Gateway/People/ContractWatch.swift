import CanteenCore
import Concurrency
import GatewayProtocol
import GatewayStore
import Logging
import PaymentPlatform

/// Asks the payment platform again about everybody without a contract: guardians often sign days after the photograph
/// was taken, and sign an ended contract anew. Whoever has one then is given to the tills.
actor ContractWatch {
  static let betweenRounds: Duration = .seconds(300)
  /// Between two questions of a round, for the platform counts them.
  static let betweenQuestions: Duration = .milliseconds(200)
  /// Unanswered questions in a row after which the platform is taken to be away and the round ends.
  static let patience = 3

  private let store: any PeopleStore
  private let platforms: SchoolPlatforms
  private let eventsWritten: Broadcast<Int>
  private let clock: any MonotonicClock
  private let logger: Logger

  /// - Parameter eventsWritten: told when tills should ask what is new.
  init(
    store: any PeopleStore, platforms: SchoolPlatforms, eventsWritten: Broadcast<Int>,
    clock: any MonotonicClock,
    logger: Logger
  ) {
    self.store = store
    self.platforms = platforms
    self.eventsWritten = eventsWritten
    self.clock = clock
    self.logger = logger
  }

  /// Works until cancelled.
  func run() async {
    while !Task.isCancelled {
      do {
        try await askAboutEverybody()
      } catch {
        logger.warning("The platform was not asked about all contracts", metadata: ["error": "\(error)"])
      }
      try? await clock.sleep(until: clock.now.advanced(by: Self.betweenRounds), tolerance: nil)
    }
  }

  /// One round. A question about one user that is never answered keeps nobody else from being asked about.
  ///
  /// - Throws: what the platform said last when it seems to be away.
  func askAboutEverybody() async throws {
    var unanswered = 0
    for user in try await store.peopleWithoutContract() {
      guard let person = try await store.person(user), let platform = platforms[person.user.platform] else {
        continue
      }
      let standing: FaceUserStanding?
      do {
        standing = try await platform.standing(of: user)
        unanswered = 0
      } catch {
        unanswered += 1
        guard unanswered < Self.patience else { throw error }
        continue
      }
      if let standing, standing.mayPay { try await admit(user, as: standing.platformUserID) }
      try await clock.sleep(until: clock.now.advanced(by: Self.betweenQuestions), tolerance: nil)
    }
  }

  private func admit(_ user: OutUserID, as platformUserID: String) async throws {
    if try await store.admit(user, as: platformUserID) {
      logger.notice("A guardian has signed; tills get the face")
    }
    if try await store.bar(of: user) == .contractEnded, try await store.set(nil, of: user) {
      eventsWritten.increment()
    }
  }
}

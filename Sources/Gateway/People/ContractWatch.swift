import CanteenCore
import Daemon
import GatewayProtocol
import Logging

/// Asks the payment platform again about everybody without a contract: guardians often sign days after the photograph
/// was taken, and sign an ended contract anew. Whoever has one then is given to the tills.
actor ContractWatch {
  static let betweenRounds: Duration = .seconds(300)
  /// Between two questions of a round, for the platform counts them.
  static let betweenQuestions: Duration = .milliseconds(200)

  private let store: GatewayStore
  private let platform: any PaymentPlatform
  private let news: Broadcast<Int>
  private let clock: any MonotonicClock
  private let logger: Logger

  /// - Parameter news: told when tills should ask what is new.
  init(
    store: GatewayStore, platform: any PaymentPlatform, news: Broadcast<Int>, clock: any MonotonicClock,
    logger: Logger
  ) {
    self.store = store
    self.platform = platform
    self.news = news
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

  /// One round; ends at the first question that is not answered.
  func askAboutEverybody() async throws {
    var admitted = 0
    for user in try await store.peopleWithoutContract() {
      if let standing = try await platform.standing(of: user), standing.mayPay {
        if try await store.admit(user, as: standing.platformUserID) { admitted += 1 }
        if try await store.bar(of: user) == .contractEnded, try await store.set(nil, of: user) {
          news.send(news.latest &+ 1)
        }
      }
      try await clock.sleep(until: clock.now.advanced(by: Self.betweenQuestions), tolerance: nil)
    }
    if admitted > 0 {
      logger.notice("Guardians have signed; tills get the faces", metadata: ["people": "\(admitted)"])
    }
  }
}

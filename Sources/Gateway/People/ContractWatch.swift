import CanteenCore
import Concurrency
import GatewayProtocol
import GatewayStore
import Logging
import PaymentPlatform

/// Asks the payment platforms again about everybody.
///
/// Guardians often sign days after the photograph was taken, and sign an ended contract anew: whoever has one then is
/// given to the tills. A guardian who ends the contract, and a user whom the platform blocks, must be known before the
/// next meal and not by an unpaid one. Who only waits for the platform's word goes first; they and all others are asked
/// about in turn, as many as a round has room for.
actor ContractWatch {
  static let betweenRounds: Duration = .seconds(300)
  /// Questions of a round are spread over this long, at most ``longestGap`` apart.
  static let lengthOfRound: Duration = .seconds(240)
  static let longestGap: Duration = .milliseconds(200)
  static let mostQuestions = 3_000
  static let mostAtOnce = 8
  /// Unanswered questions in a row after which the platform is taken to be away and the round ends.
  static let patience = 3

  private let store: any PeopleStore & OrderStore
  private let platforms: SchoolPlatforms
  private let eventsWritten: Broadcast<Int>
  private let mayBeCharged: @Sendable (OutUserID) async throws -> Void
  private let clock: any MonotonicClock
  private let logger: Logger
  /// Who was asked about last: the next round goes on behind them, so that nobody who makes a round end early keeps the
  /// same people from being asked about for good.
  private var (urgentPlace, place): (OutUserID?, OutUserID?) = (nil, nil)

  /// - Parameters:
  ///   - eventsWritten: told when tills should ask what is new.
  ///   - mayBeCharged: called when the platform lets a user pay again.
  init(
    store: any PeopleStore & OrderStore, platforms: SchoolPlatforms, eventsWritten: Broadcast<Int>,
    mayBeCharged: @escaping @Sendable (OutUserID) async throws -> Void = { _ in },
    clock: any MonotonicClock, logger: Logger
  ) {
    self.store = store
    self.platforms = platforms
    self.eventsWritten = eventsWritten
    self.mayBeCharged = mayBeCharged
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

  /// What the platform said to one question.
  private enum Answer: Sendable {
    case standing(FaceUserStanding)
    /// It knows no such user.
    case stranger
    case none(any Error)
  }

  /// One round. A question about one user that is never answered keeps nobody else from being asked about.
  ///
  /// - Throws: the last error, when the platform seems to be away.
  func askAboutEverybody() async throws {
    try await liftBarsOfAdvances()
    let questions = try await questionsOfRound()
    guard !questions.isEmpty else { return }
    let gap = min(Self.longestGap, Self.lengthOfRound / questions.count)
    let round = try await withThrowingTaskGroup(
      of: (StandingQuestion, Answer).self, returning: Round.self
    ) { group in
      var round = Round()
      for question in questions where round.failure == nil {
        guard let platform = platforms[question.platform] else { continue }
        if round.asked >= Self.mostAtOnce, let (answered, answer) = try await group.next() {
          try await take(answer, to: answered, &round)
        }
        round.asked += 1
        if question.isUrgent { urgentPlace = question.user } else { place = question.user }
        group.addTask { (question, await Self.answer(to: question, from: platform)) }
        try await clock.sleep(until: clock.now.advanced(by: gap), tolerance: nil)
      }
      while let (answered, answer) = try await group.next() { try await take(answer, to: answered, &round) }
      return round
    }
    try await bar(round.strangers, besides: round.payers)
    if let failure = round.failure { throw failure }
  }

  private struct Round {
    var asked = 0
    /// Questions in a row that were not answered.
    var unanswered = 0
    /// The last error, once the platform is taken to be away.
    var failure: (any Error)?
    /// Whom the platform knows, of those who could pay.
    var payers = 0
    /// Whom it does not know, though they could pay.
    var strangers: [OutUserID] = []
  }

  private static func answer(to question: StandingQuestion, from platform: any PaymentPlatform) async
    -> Answer
  {
    do {
      return try await platform.standing(of: question.user).map(Answer.standing) ?? .stranger
    } catch {
      return .none(error)
    }
  }

  private func take(_ answer: Answer, to question: StandingQuestion, _ round: inout Round) async throws {
    switch answer {
    case .standing(let standing):
      round.unanswered = 0
      if !question.isUrgent { round.payers += 1 }
      try await note(standing, of: question)
    case .stranger:
      round.unanswered = 0
      if !question.isUrgent { round.strangers.append(question.user) }
    case .none(let error):
      round.unanswered += 1
      if round.unanswered >= Self.patience { round.failure = error }
    }
  }

  private func questionsOfRound() async throws -> [StandingQuestion] {
    let everybody = try await store.standingQuestions()
    let urgent = Self.inTurn(everybody.filter(\.isUrgent), behind: urgentPlace)
    let others = Self.inTurn(everybody.filter { !$0.isUrgent }, behind: place)
    // However many wait for a contract, the others have a part of every round.
    let forUrgent = max(Self.mostQuestions * 3 / 4, Self.mostQuestions - others.count)
    let first = urgent.prefix(forUrgent)
    return Array(first) + others.prefix(Self.mostQuestions - first.count)
  }

  private static func inTurn(_ questions: [StandingQuestion], behind place: OutUserID?) -> [StandingQuestion]
  {
    let next = place.flatMap { place in questions.firstIndex { $0.user.text > place.text } } ?? 0
    return Array(questions[next...] + questions[..<next])
  }

  private func note(_ standing: FaceUserStanding, of question: StandingQuestion) async throws {
    let user = question.user
    if standing.mayPay, try await store.admit(user, as: standing.platformUserID) {
      logger.notice("A guardian has signed; tills get the face")
    }
    let byPlatform: Set<BarSource> = [.contract, .platform]
    let wasBarred = try await store.bars(of: user)?.sources.isDisjoint(with: byPlatform) == false
    if try await store.note(standing, of: user) { eventsWritten.increment() }
    if standing.mayPay, wasBarred { try await mayBeCharged(user) }
  }

  /// Whoever could pay, and whom the platform does not know any more, cannot be charged. Where it knows hardly anybody,
  /// something else is wrong, and nobody is barred for it.
  private func bar(_ strangers: [OutUserID], besides payers: Int) async throws {
    guard strangers.count <= max(3, payers / 10), strangers.count <= payers else {
      logger.error(
        "The platform knows hardly anybody of this school; check the organization in merchant.yaml",
        metadata: ["unknown": "\(strangers.count)", "known": "\(payers)"])
      return
    }
    for user in strangers where try await store.set(.contract, true, of: user) { eventsWritten.increment() }
  }

  /// Whatever kept one from being lifted when the money came.
  private func liftBarsOfAdvances() async throws {
    for (user, bars) in try await store.barredPeople() where bars.sources.contains(.advances) {
      if try await store.liftAdvancesBar(of: user) { eventsWritten.increment() }
    }
  }
}

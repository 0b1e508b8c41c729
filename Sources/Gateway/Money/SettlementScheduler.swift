package import CanteenCore
package import Concurrency
import GatewayProtocol
package import GatewayStore
package import Logging
package import PaymentPlatform
import Synchronization

/// Moves the money: takes it for every order that is due and gives it back for every refund, until the platform has
/// decided.
///
/// Each platform has a lane of its own, so that one that is slow or away keeps only its own orders waiting, and each lane
/// makes several calls at once, never two about one order. Before each call the store notes that the outcome is unknown.
/// From then on only the platform's own word ends it: after a crash, a timeout or an unclear answer the platform is
/// asked, and the same number and bytes are sent again only when it says it never had them.
package actor SettlementScheduler {
  static let unclear = RetrySchedule(first: .seconds(1), longest: .seconds(60))
  static let refusedForNow = RetrySchedule(first: .seconds(2), longest: .seconds(120))

  /// Longer than a request may take and its signature is good: five and a half minutes at WeChat Pay.
  package static let usualQuiet: Duration = .seconds(330)

  /// At one platform.
  package static let mostCallsAtOnce = 16

  /// Longer than any call to a platform: somebody else looks after what a worker that died had begun.
  static let claimLifetime: Duration = .seconds(300)

  let store: any OrderStore & PeopleStore
  let platforms: SchoolPlatforms
  private let eventsWritten: Broadcast<Int>
  private let plan: MealPlan
  let wallClock: any WallClock
  private let clock: any MonotonicClock
  private let jitter: @Sendable () -> Double
  let logger: Logger
  private let report: LoopReport
  private let callsAtOnce: Int
  private let quiet: Duration
  private let lanes: [PlatformID: Lane]

  /// What is under way at one platform.
  private final class Lane: Sendable {
    /// There may be work, or a call has ended.
    let signal = WakeSignal()
    let calls = Atomic(0)
  }

  /// - Parameters:
  ///   - jitter: 0 … 1 for each wait, so that not everything comes back at one moment.
  ///   - callsAtOnce: at each platform.
  ///   - quiet: after it nothing that was sent to a platform is still under way.
  package init(
    store: any OrderStore & PeopleStore, platforms: SchoolPlatforms, eventsWritten: Broadcast<Int>,
    plan: MealPlan = .unplanned,
    wallClock: any WallClock, clock: any MonotonicClock,
    jitter: @escaping @Sendable () -> Double = { .random(in: 0...1) }, logger: Logger,
    report: LoopReport = .unheard, callsAtOnce: Int = mostCallsAtOnce,
    quiet: Duration = usualQuiet
  ) {
    self.store = store
    self.platforms = platforms
    self.eventsWritten = eventsWritten
    self.plan = plan
    self.wallClock = wallClock
    self.clock = clock
    self.jitter = jitter
    self.logger = logger
    self.report = report
    self.callsAtOnce = callsAtOnce
    self.quiet = quiet
    lanes = Dictionary(uniqueKeysWithValues: platforms.all.map { ($0.id, Lane()) })
  }

  /// Orders or refunds came in.
  nonisolated func workArrived() {
    for lane in lanes.values { lane.signal.wake() }
  }

  /// Orders and refunds that somebody is calling a platform about.
  nonisolated var callsUnderWay: Int {
    lanes.values.reduce(0) { $0 + $1.calls.load(ordering: .sequentiallyConsistent) }
  }

  /// Works until cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.watchClock() }
      for (platform, lane) in lanes { group.addTask { await self.run(lane, of: platform) } }
    }
  }

  /// Due times are civil time. A clock that was ahead and is put right leaves them in a future that is far away: they are
  /// pulled in at the start and whenever the clock went back.
  private func watchClock() async {
    var (civil, uptime) = (wallClock.now(), clock.now)
    var isSuspect = true
    while !Task.isCancelled {
      if isSuspect {
        do {
          let now = wallClock.now()
          let count = try await store.pullIn(waitingBeyond: now.advanced(by: Self.longestWait), to: now)
          if count > 0 {
            logger.notice(
              "Orders wait no longer for a clock that was ahead", metadata: ["orders": "\(count)"])
            workArrived()
          }
        } catch {
          logger.error("The store failed under settlement", metadata: ["error": "\(error)"])
        }
      }
      guard (try? await clock.sleep(for: Self.betweenLooksAtTheClock)) != nil else { return }
      let (newCivil, newUptime) = (wallClock.now(), clock.now)
      let expected = civil.advanced(by: uptime.duration(to: newUptime))
      isSuspect = newCivil < expected.advanced(by: .seconds(-60))
      (civil, uptime) = (newCivil, newUptime)
    }
  }

  /// Longer than any wait between two calls, but for a delayed order's next window.
  private static let longestWait: Duration = .seconds(600)
  private static let betweenLooksAtTheClock: Duration = .seconds(30)

  private nonisolated func run(_ lane: Lane, of platform: PlatformID) async {
    await withDiscardingTaskGroup { calls in
      while !Task.isCancelled {
        do {
          let work = try await claim(
            atMost: callsAtOnce - lane.calls.load(ordering: .sequentiallyConsistent), of: platform)
          for item in work {
            lane.calls.add(1, ordering: .sequentiallyConsistent)
            calls.addTask {
              await self.perform(item)
              lane.calls.subtract(1, ordering: .sequentiallyConsistent)
              lane.signal.wake()
            }
          }
          report.roundDone()
          // More may be due than there were calls left for; each that ends wakes the lane.
          await lane.signal.wait(atMost: try await timeToNextDue(of: platform), on: clock)
        } catch {
          logger.error("The store failed under settlement", metadata: ["error": "\(error)"])
          report.roundDone()
          await lane.signal.wait(atMost: .seconds(5), on: clock)
        }
      }
    }
  }

  private func claim(atMost count: Int, of platform: PlatformID?) async throws -> [DueWork] {
    let now = wallClock.now()
    return try await store.claimDue(
      atMost: count, at: now, until: now.advanced(by: Self.claimLifetime), of: platform)
  }

  /// A failure of the store leaves the claim, which runs out.
  private func perform(_ work: DueWork) async {
    do {
      try await move(work)
    } catch {
      logger.error("The store failed under settlement", metadata: ["error": "\(error)"])
    }
  }

  /// Deals with the one order or refund that is due longest, of any platform.
  ///
  /// - Returns: false when nothing is due.
  package func moveOnce() async throws -> Bool {
    guard let work = try await claim(atMost: 1, of: nil).first else { return false }
    try await move(work)
    return true
  }

  private func move(_ work: DueWork) async throws {
    do {
      switch work.subject {
      case .order(let record): try await settle(record, work.claim)
      case .refund(let record, let order): try await settle(record, of: order, work.claim)
      }
    } catch {
      // The first error says what is wrong; should this fail too, the claim runs out.
      try? await store.release(work.claim)
      throw error
    }
  }

  /// At least a moment, for what is due may wait for another call about the same order.
  private func timeToNextDue(of platform: PlatformID) async throws -> Duration {
    guard let due = try await store.nextDueTime(of: platform) else { return .seconds(60) }
    return min(max(wallClock.now().duration(to: due), .milliseconds(200)), .seconds(60))
  }

  private func settle(_ due: OrderRecord, _ claim: Claim) async throws {
    let (number, rules) = (due.number, rules(of: due.platform))
    guard let platform = platforms[due.platform] else {
      logger.error(
        "An order's platform is not set up here",
        metadata: ["order": "\(number)", "platform": "\(due.platform)"])
      return try await rest(number, claim)
    }
    let began = wallClock.now()
    guard let call = try await store.amend([number], { $0.begin(number, at: began, under: rules) }) else {
      tellTills()
      return try await rest(number, claim)
    }
    let answer =
      switch call {
      case .deduct: await platform.deduct(due.order, at: due.terminal)
      case .query: await platform.query(number)
      }
    let now = wallClock.now()
    let outcome = try await store.amend([number], ending: claim) {
      $0.receive(answer, to: call, about: number, at: now, under: rules)
    }
    try await follow(outcome, answer, of: due)
  }

  private func rules(of platform: PlatformID) -> Settlement.Rules {
    Settlement.Rules(
      terms: SchoolTerms(platforms.terms).of(platform), utcOffset: plan.utcOffset, quiet: quiet,
      jitter: jitter())
  }

  /// What was voided or concluded is over with; what is due all the same must not come back at once, for ever.
  private func rest(_ number: OutTradeNumber, _ claim: Claim) async throws {
    let later = wallClock.now().advanced(by: .seconds(60))
    try await store.amend([number], ending: claim) { $0.postpone(number, until: later) }
  }

  /// What tills, and the order's user, have to hear.
  private func follow(_ outcome: Settlement.Outcome, _ answer: Deduction, of due: OrderRecord) async throws {
    switch outcome {
    case .waits:
      if case .notCharged(_, let reason) = answer { tellWhyItWaits(due, reason) }
      if case .unknown(let reason) = answer { tellWhyItWaits(due, reason) }
      return
    case .charged: try await liftBar(of: due)
    case .refused(.insufficientFunds):
      if let user = due.order.user?.outUserID { try await set(.advancesUsedUp, of: user) }
    case .refused(.riskRejected), .refused(.forGood): try await askForStanding(of: due)
    case .refused, .voided: break
    }
    tellTills()
  }

  private func tellWhyItWaits(_ due: OrderRecord, _ reason: String) {
    logger.notice(
      "An order waits for its platform", metadata: ["order": "\(due.number)", "reason": "\(reason)"])
  }

  /// Money came after all: who had run out of advances may pay again.
  private func liftBar(of due: OrderRecord) async throws {
    guard due.state == .delayed, let user = due.order.user?.outUserID,
      try await store.bar(of: user) == .advancesUsedUp, try await !store.hasDelayedOrders(user)
    else { return }
    try await set(nil, of: user)
  }

  /// A refusal for good may mean that the contract ended or the user was blocked: then no till sells to them.
  private func askForStanding(of due: OrderRecord) async throws {
    guard let user = due.order.user?.outUserID, let platform = platforms[due.platform],
      let standing = try? await platform.standing(of: user)
    else {
      return
    }
    if let bar = standing.bar { try await set(bar, of: user) }
  }

  private func set(_ bar: UserBar?, of user: OutUserID) async throws {
    if try await store.set(bar, of: user) { tellTills() }
  }

  func tellTills() {
    eventsWritten.increment()
  }

  func nextTry(after patience: Patience, _ schedule: RetrySchedule) -> Timestamp {
    wallClock.now().advanced(by: schedule.delay(afterFailures: patience.failures + 1, jitter: jitter()))
  }
}

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
/// Each platform has a lane of its own, so that a platform that is slow or away delays only its own orders.
/// Each lane makes several calls at once, but never two about one order.
///
/// Before each call the store notes that the outcome is unknown. From then on only the platform's own word
/// ends that: after a crash, a timeout or an unclear answer the platform is queried, and the same number and
/// bytes are sent again only when it says it never had them.
package actor SettlementScheduler {
  /// Longer than a request may take and its signature is good: five and a half minutes at WeChat Pay.
  package static let usualQuiet: Duration = .seconds(330)

  /// How many calls run at once at one platform.
  package static let mostCallsAtOnce = 16

  /// Longer than any call to a platform. After this time another worker takes over what a dead worker had
  /// begun.
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
    let pace = Mutex(LanePace())

    var underWay: Int { calls.load(ordering: .sequentiallyConsistent) }
  }

  /// - Parameters:
  ///   - jitter: 0 … 1 for each wait, so that not everything comes back at the same moment.
  ///   - callsAtOnce: how many calls run at once at each platform.
  ///   - quiet: the time after which no request to a platform is still under way.
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
  package nonisolated func workArrived() {
    for lane in lanes.values { lane.signal.wake() }
  }

  /// How many orders and refunds a platform is being called about.
  nonisolated var callsUnderWay: Int {
    lanes.values.reduce(0) { $0 + $1.underWay }
  }

  /// Why nothing moves at a platform, in its words; none when all is well.
  nonisolated var stoppedLanes: [PlatformID: String] {
    lanes.compactMapValues { lane in lane.pace.withLock(\.stoppedFor) }
  }

  /// Works until cancelled.
  package func run() async {
    await askAboutOpenWork()
    await withDiscardingTaskGroup { group in
      group.addTask { await self.watchClock() }
      for (platform, lane) in lanes { group.addTask { await self.run(lane, of: platform) } }
    }
  }

  private func askAboutOpenWork() async {
    while !Task.isCancelled {
      do {
        return try await askFirst()
      } catch {
        logger.error("The store failed during settlement", metadata: ["error": "\(error)"])
        report.roundDone()
        try? await clock.sleep(for: .seconds(5))
      }
    }
  }

  /// At each start, since nobody knows whether the store came back from a backup and has forgotten what was sent: the
  /// platform is asked about whatever is open before anything is sent.
  package func askFirst() async throws {
    var last = OpenWork(orders: [], refunds: [:])
    while true {
      let open = try await store.openWithoutDoubt(atMost: Self.askedAtOnce)
      // Whatever cannot be asked about stays as it is.
      guard !open.isEmpty, open != last else { return }
      last = open
      let now = wallClock.now()
      try await store.amend(Set(open.orders).union(open.refunds.values)) { book in
        for number in open.orders { book.askFirst(number, at: now) }
        for number in open.refunds.keys.sorted(by: { $0.text < $1.text }) { book.askFirst(number, at: now) }
      }
      report.roundDone()
    }
  }

  /// Due times are civil time. When a clock that was ahead is set right, they are left in the far future. So
  /// they are pulled in at the start, and whenever the clock went back.
  private func watchClock() async {
    var (civil, uptime) = (wallClock.now(), clock.now)
    var isSuspect = true
    while !Task.isCancelled {
      if isSuspect {
        do {
          let count = try await pullIn()
          if count > 0 {
            logger.notice(
              "Orders no longer wait for a clock that was ahead", metadata: ["orders": "\(count)"])
            workArrived()
          }
        } catch {
          logger.error("The store failed during settlement", metadata: ["error": "\(error)"])
        }
      }
      guard (try? await clock.sleep(for: Self.betweenLooksAtTheClock)) != nil else { return }
      let (newCivil, newUptime) = (wallClock.now(), clock.now)
      let expected = civil.advanced(by: uptime.duration(to: newUptime))
      isSuspect = isSuspect || newCivil < expected.advanced(by: .seconds(-60))
      (civil, uptime) = (newCivil, newUptime)
    }
  }

  /// What a clock that was ahead put off falls due.
  ///
  /// - Returns: how many orders and refunds that were.
  package func pullIn() async throws -> Int {
    let now = wallClock.now()
    return try await store.pullIn(
      waitingBeyond: now.advanced(by: Self.longestWait), to: now,
      claimedBeyond: now.advanced(by: Self.claimLifetime))
  }

  /// Longer than any wait between two calls, but for a delayed order's next window.
  private static let longestWait: Duration = .seconds(600)
  private static let askedAtOnce = 200
  private static let betweenLooksAtTheClock: Duration = .seconds(30)

  private nonisolated func run(_ lane: Lane, of platform: PlatformID) async {
    await withDiscardingTaskGroup { calls in
      while !Task.isCancelled {
        do {
          let allowed = lane.pace.withLock {
            $0.callsAllowed(ofAtMost: callsAtOnce, underWay: lane.underWay, at: clock.now)
          }
          let work = try await claim(atMost: allowed, of: platform)
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
          await lane.signal.wait(atMost: try await timeToNextCall(in: lane, of: platform), on: clock)
        } catch {
          logger.error("The store failed during settlement", metadata: ["error": "\(error)"])
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

  /// When the store fails, the claim stays until it runs out.
  private func perform(_ work: DueWork) async {
    do {
      try await move(work)
    } catch {
      logger.error("The store failed during settlement", metadata: ["error": "\(error)"])
    }
  }

  /// Deals with the order that is due longest, of any platform; with a refund when no order is due.
  ///
  /// - Returns: false when nothing is due.
  package func moveOnce() async throws -> Bool {
    guard let work = try await claim(atMost: 1, of: nil).first else { return false }
    try await move(work)
    return true
  }

  /// Claims what is due first at a platform; whoever claims it calls ``move(_:)``.
  package func claimNext(of platform: PlatformID) async throws -> DueWork? {
    try await claim(atMost: 1, of: platform).first
  }

  /// Calls the platform about what was claimed, and writes down what came of it.
  package func move(_ work: DueWork) async throws {
    do {
      switch work.subject {
      case .order(let record): try await settle(record, work.claim)
      case .refund(let record, let order): try await settle(record, of: order, work.claim)
      }
    } catch {
      // The first error says what is wrong; if this fails too, the claim runs out.
      try? await store.release(work.claim)
      throw error
    }
  }

  /// At least a moment, for what is due may wait for another call about the same order.
  private func timeToNextCall(in lane: Lane, of platform: PlatformID) async throws -> Duration {
    let now = clock.now
    if let paused = lane.pace.withLock(\.pausedUntil), paused > now { return now.duration(to: paused) }
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
    var (request, flaw): (PlatformRequest?, String) = (nil, "")
    do throws(UnsendableRequest) {
      request = try platform.request(for: due.order, at: SellingTill(due.terminal, address: due.tillAddress))
    } catch {
      flaw = error.reason
    }
    let (began, made) = (wallClock.now(), request)
    switch try await store.amend([number], { $0.begin(number, request: made, at: began, under: rules) }) {
    case .call(.deduct, let sent?):
      let answer = await platform.deduct(due.order, by: sent)
      hear(answer.laneWord(after: .deduct), from: due.platform, about: number.text)
      try await conclude(due, claim, .deduct, answer, rules)
    case .call(_, let sent):
      let answer = await platform.query(SentOrder(number, amount: due.toCollect, request: sent))
      hear(answer.laneWord(after: .query), from: due.platform, about: number.text)
      try await conclude(due, claim, .query, answer, rules)
    case .unsendable(isInDoubt: false):
      try await conclude(due, claim, .deduct, .notCharged(.forGood, reason: flaw), rules)
    case .unsendable(isInDoubt: true), .nothing:
      tellTills()
      try await rest(number, claim)
    }
  }

  /// What kept a user's delayed orders from being paid may be gone: they are tried as soon as the hours allow.
  func hastenDelayedOrders(of user: OutUserID) async throws {
    for number in try await store.delayedOrders(of: user) {
      guard let order = try await store.bookView(of: [number]).orders.first else { continue }
      let (now, rules) = (wallClock.now(), rules(of: order.platform))
      if try await store.amend([number], { $0.hasten(number, at: now, under: rules) }) { workArrived() }
    }
  }

  private func conclude(
    _ due: OrderRecord, _ claim: Claim, _ call: Settlement.Call, _ answer: Deduction,
    _ rules: Settlement.Rules
  ) async throws {
    let (number, now) = (due.number, wallClock.now())
    let outcome = try await store.amend([number], ending: claim) {
      $0.receive(answer, to: call, about: number, at: now, under: rules)
    }
    try await follow(outcome, answer, of: due)
  }

  /// One answer says how the whole lane goes on.
  ///
  /// - Parameter word: nil for an answer that says nothing of it.
  func hear(_ word: LaneWord?, from platform: PlatformID, about number: String) {
    guard let word, let lane = lanes[platform] else { return }
    let change = lane.pace.withLock { $0.heard(word, about: number, at: clock.now, jitter: jitter()) }
    switch change {
    case .stopped(let reason):
      logger.error(
        "A platform refuses this merchant; nothing is collected until that is put right",
        metadata: ["platform": "\(platform)", "reason": "\(reason)"])
    case .resumed:
      logger.notice("A platform takes this merchant's orders again", metadata: ["platform": "\(platform)"])
    case nil: break
    }
  }

  func rules(of platform: PlatformID) -> Settlement.Rules {
    Settlement.Rules(
      terms: SchoolTerms(platforms.terms).of(platform), utcOffset: plan.utcOffset, quiet: quiet,
      jitter: jitter())
  }

  /// An order that was voided or concluded needs no more calls. One that is still due gets a later time, or
  /// it would come back at once, again and again.
  private func rest(_ number: OutTradeNumber, _ claim: Claim) async throws {
    let later = wallClock.now().advanced(by: .seconds(60))
    try await store.amend([number], ending: claim) { $0.postpone(number, until: later) }
  }

  /// Tells the tills what follows from an outcome, and sets or lifts the user's bar.
  private func follow(_ outcome: Settlement.Outcome, _ answer: Deduction, of due: OrderRecord) async throws {
    let user = due.order.user?.outUserID
    switch outcome {
    case .waits: return tellWhyItWaits(due, answer)
    case .charged, .voided:
      // Money came after all, or none is wanted any more.
      if due.state == .delayed, let user { _ = try await store.liftAdvancesBar(of: user) }
    case .refused(.insufficientFunds):
      if let user { try await store.set(.advances, true, of: user) }
    case .refused(.riskRejected), .refused(.forGood), .refused(.frozen): try await askForStanding(of: due)
    case .refused: break
    }
    tellTills()
  }

  private func tellWhyItWaits(_ due: OrderRecord, _ answer: Deduction) {
    let reason: String
    switch answer {
    case .notCharged(_, let words), .unknown(let words): reason = words
    case .heldUp(let standstill): reason = standstill.reason
    case .charged: return
    }
    logger.notice(
      "An order waits for its platform", metadata: ["order": "\(due.number)", "reason": "\(reason)"])
  }

  /// A refusal may mean that the contract ended or the user was blocked: then no till sells to them.
  private func askForStanding(of due: OrderRecord) async throws {
    guard let user = due.order.user?.outUserID, let platform = platforms[due.platform] else { return }
    do {
      if let standing = try await platform.standing(of: user) { _ = try await store.note(standing, of: user) }
    } catch {
      // The next round of the contract watch asks again.
      logger.notice(
        "The platform did not say how a refused user stands",
        metadata: ["order": "\(due.number)", "error": "\(error)"])
    }
  }

  func tellTills() {
    eventsWritten.increment()
  }
}

extension OrderRecord {
  var sent: SentOrder {
    SentOrder(number, amount: toCollect, request: request.map(PlatformRequest.init))
  }
}

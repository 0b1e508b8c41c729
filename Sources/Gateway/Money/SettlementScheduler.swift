package import CanteenCore
package import Concurrency
import GatewayProtocol
package import Logging
package import PaymentPlatform

/// Moves the money: takes it for every order that is due and gives it back for every refund, one after the
/// other, until the platform has decided.
///
/// Before each call the store notes that the outcome is unknown. From then on only the platform's own word
/// ends it: after a crash, a timeout or an unclear answer the platform is asked, and the same number and bytes
/// are sent again only when it says it never had them.
package actor SettlementScheduler {
  static let unclear = RetrySchedule(first: .seconds(1), longest: .seconds(60))
  static let refusedForNow = RetrySchedule(first: .seconds(2), longest: .seconds(120))

  /// Longer than till, gateway and platform together wait for a payment code.
  static let longestCodeCall: Duration = .seconds(180)

  private let store: GatewayStore
  private let platform: any PaymentPlatform
  private let eventsWritten: Broadcast<Int>
  private let plan: MealPlan
  private let wallClock: any WallClock
  private let clock: any MonotonicClock
  private let jitter: @Sendable () -> Double
  private let logger: Logger
  private let report: LoopReport
  private let work = WakeSignal()
  /// Unclear answers in a row, by order or refund number.
  private var failures: [String: Int] = [:]

  /// - Parameter jitter: 0 … 1 for each wait, so that not everything comes back at one moment.
  package init(
    store: GatewayStore, platform: any PaymentPlatform, eventsWritten: Broadcast<Int>,
    plan: MealPlan = .unplanned,
    wallClock: any WallClock, clock: any MonotonicClock,
    jitter: @escaping @Sendable () -> Double = { .random(in: 0...1) }, logger: Logger,
    report: LoopReport = .unheard
  ) {
    self.store = store
    self.platform = platform
    self.eventsWritten = eventsWritten
    self.plan = plan
    self.wallClock = wallClock
    self.clock = clock
    self.jitter = jitter
    self.logger = logger
    self.report = report
  }

  /// Orders or refunds came in.
  nonisolated func workArrived() {
    work.wake()
  }

  /// Works until cancelled.
  func run() async {
    while !Task.isCancelled {
      do {
        while !Task.isCancelled, try await moveOnce() { report.roundDone() }
        report.roundDone()
        await work.wait(atMost: try await timeToNextDue(), on: clock)
      } catch {
        logger.error("The store failed under the debit scheduler", metadata: ["error": "\(error)"])
        report.roundDone()
        await work.wait(atMost: .seconds(5), on: clock)
      }
    }
  }

  /// Deals with the one order or refund that is due longest.
  ///
  /// - Returns: false when nothing is due.
  package func moveOnce() async throws -> Bool {
    let now = wallClock.now()
    if let due = try await store.nextDueOrder(at: now) {
      try await settle(due)
    } else if let due = try await store.nextDueRefund(at: now) {
      try await settle(due)
    } else {
      return false
    }
    return true
  }

  private func timeToNextDue() async throws -> Duration {
    guard let due = try await store.nextDueTime() else { return .seconds(60) }
    return min(max(wallClock.now().duration(to: due), .zero), .seconds(60))
  }

  // MARK: Deductions

  private func settle(_ due: DueOrder) async throws {
    let number = due.order.outTradeNumber
    if due.outcomeIsUnknown {
      switch await platform.query(number) {
      case .notCharged(.notFound, _) where !due.order.means.collection.mayBeSent && !isQuiet(due.order):
        return try await askAgain(number, reason: "the payment code may still be on its way")
      case .notCharged(.notFound, _) where due.voidRequested != nil:
        return try await finish(due, as: .voided)
      case .notCharged(.notFound, let reason) where !due.order.means.collection.mayBeSent:
        return try await finish(due, as: .failed, reason: reason)
      case .notCharged(.notFound, _): break
      case .notCharged(.tryLater, let reason): return try await askAgain(number, reason: reason)
      case let answer: return try await conclude(due, with: answer)
      }
    }
    let today = plan.schoolTime(wallClock.now()).day
    guard try await store.willSend(number, on: today) else { return }
    try await conclude(due, with: platform.deduct(due.order, at: due.terminal), on: today)
  }

  /// Whether every call about a payment code has ended since, whoever made it.
  private func isQuiet(_ order: Order) -> Bool {
    order.acceptedAt.duration(to: wallClock.now()) >= Self.longestCodeCall
  }

  private func conclude(_ due: DueOrder, with deduction: Deduction, on day: SchoolDay? = nil) async throws {
    let number = due.order.outTradeNumber
    switch deduction {
    case .charged(let transactionID, let advanced):
      try await finish(due, as: advanced ? .advanced : .paid, transactionID: transactionID)
      try await liftBar(of: due)
    case .notCharged(.insufficientFunds, let reason):
      try await delay(due, reason: reason, on: day)
      if let user = due.order.user?.outUserID { try await set(.advancesUsedUp, of: user) }
    case .notCharged(.overLimit, let reason):
      try await delay(due, reason: reason, on: day)
    case .notCharged(.riskRejected, let reason):
      try await finish(due, as: .riskRejected, reason: reason)
      try await askForStanding(of: due)
    case .notCharged(.forGood, let reason):
      try await finish(due, as: .failed, reason: reason)
      try await askForStanding(of: due)
    case .notCharged(.tryLater, let reason):
      let retryAt = nextTry(for: number.text, schedule: Self.refusedForNow)
      logger.notice("The platform asks to wait", metadata: ["order": "\(number)", "reason": "\(reason)"])
      try await store.postpone(number, until: retryAt, outcomeIsUnknown: false)
    case .notCharged(.notFound, let reason), .unknown(let reason):
      try await askAgain(number, reason: reason)
    }
  }

  private func delay(_ due: DueOrder, reason: String, on day: SchoolDay?) async throws {
    let sameDay = day.map { $0.description == due.debits.day } ?? true
    let deductionsToday = (sameDay ? due.debits.count : 0) + (day == nil ? 0 : 1)
    let retryAt = DeductionHours(terms: platform.terms, utcOffset: plan.utcOffset).next(
      after: wallClock.now(), deductionsToday: deductionsToday)
    try await finish(due, as: .delayed, reason: reason, retryAt: retryAt)
  }

  private func askAgain(_ number: OutTradeNumber, reason: String) async throws {
    logger.notice("The outcome is unknown", metadata: ["order": "\(number)", "reason": "\(reason)"])
    try await store.postpone(
      number, until: nextTry(for: number.text, schedule: Self.unclear), outcomeIsUnknown: true)
  }

  private func finish(
    _ due: DueOrder, as state: OrderState, transactionID: String? = nil, reason: String? = nil,
    retryAt: Timestamp? = nil
  ) async throws {
    let number = due.order.outTradeNumber
    failures[number.text] = nil
    try await store.conclude(
      due,
      with: OrderResult(
        outTradeNumber: number, state: state, transactionID: transactionID, reason: reason,
        at: wallClock.now()),
      retryAt: retryAt)
    tellTills()
  }

  // MARK: Users

  /// Money came after all: who had run out of advances may pay again.
  private func liftBar(of due: DueOrder) async throws {
    guard due.state == .delayed, let user = due.order.user?.outUserID,
      try await store.bar(of: user) == .advancesUsedUp, try await !store.hasDelayedOrders(user)
    else { return }
    try await set(nil, of: user)
  }

  /// A refusal for good may mean that the contract ended or the user was blocked: then no till sells to them.
  private func askForStanding(of due: DueOrder) async throws {
    guard let user = due.order.user?.outUserID, let standing = try? await platform.standing(of: user) else {
      return
    }
    if let bar = standing.bar { try await set(bar, of: user) }
  }

  private func set(_ bar: UserBar?, of user: OutUserID) async throws {
    if try await store.set(bar, of: user) { tellTills() }
  }

  // MARK: Refunds

  private func settle(_ due: DueRefund) async throws {
    let number = due.refund.outRefundNumber
    guard due.orderState.isCharged || due.outcomeIsUnknown else {
      guard due.orderState.isFinal else {
        return try await store.postpone(
          number, until: wallClock.now().advanced(by: .seconds(30)), outcomeIsUnknown: false)
      }
      return try await finish(due, as: .failed, reason: "nothing was taken for this order")
    }
    if due.outcomeIsUnknown {
      let answer = await platform.queryRefund(number)
      guard case .notRefunded(.notFound, _) = answer else { return try await conclude(due, with: answer) }
    }
    try await store.willSend(number)
    try await conclude(due, with: platform.refund(due.refund, charged: due.charged))
  }

  private func conclude(_ due: DueRefund, with answer: RefundOutcome) async throws {
    let number = due.refund.outRefundNumber
    switch answer {
    case .refunded(let refundID):
      try await finish(due, as: .refunded, refundID: refundID)
    case .notRefunded(.forGood, let reason):
      try await finish(due, as: .failed, reason: reason)
    case .notRefunded(.tryLater, let reason):
      logger.notice("The platform asks to wait", metadata: ["refund": "\(number)", "reason": "\(reason)"])
      try await store.postpone(
        number, until: nextTry(for: number.text, schedule: Self.refusedForNow), outcomeIsUnknown: true)
    case .processing, .notRefunded(.notFound, _), .unknown:
      try await store.postpone(
        number, until: nextTry(for: number.text, schedule: Self.unclear), outcomeIsUnknown: true)
    }
  }

  private func finish(
    _ due: DueRefund, as state: RefundState, refundID: String? = nil, reason: String? = nil
  ) async throws {
    failures[due.refund.outRefundNumber.text] = nil
    try await store.conclude(due, as: state, refundID: refundID, reason: reason, at: wallClock.now())
    tellTills()
  }

  private func tellTills() {
    eventsWritten.increment()
  }

  private func nextTry(for number: String, schedule: RetrySchedule) -> Timestamp {
    let count = (failures[number] ?? 0) + 1
    failures[number] = count
    return wallClock.now().advanced(by: schedule.delay(afterFailures: count, jitter: jitter()))
  }
}

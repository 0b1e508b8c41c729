import CanteenCore
import Daemon
import GatewayProtocol
import Logging

/// Takes the money for every order that is due, one after the other, until the platform has decided.
///
/// Before each call the store notes that the outcome is unknown. From then on only the platform's own word
/// ends it: after a crash, a timeout or an unclear answer the order is queried, and it is sent again, with
/// the same number and bytes, only when the platform says it never had it.
actor DebitScheduler {
  static let unclear = RetrySchedule(first: .seconds(1), longest: .seconds(60))
  static let refusedForNow = RetrySchedule(first: .seconds(2), longest: .seconds(120))
  /// Between two attempts to take money that was not there.
  static let delayedRetry: Duration = .seconds(30 * 60)

  private let store: GatewayStore
  private let platform: any PaymentPlatform
  private let results: Broadcast<Int>
  private let wallClock: any WallClock
  private let clock: any MonotonicClock
  private let logger: Logger
  private let work = Doorbell()
  private var failures: [OutTradeNumber: Int] = [:]

  init(
    store: GatewayStore, platform: any PaymentPlatform, results: Broadcast<Int>, wallClock: any WallClock,
    clock: any MonotonicClock, logger: Logger
  ) {
    self.store = store
    self.platform = platform
    self.results = results
    self.wallClock = wallClock
    self.clock = clock
    self.logger = logger
  }

  /// Orders came in.
  nonisolated func ordersArrived() {
    work.ring()
  }

  /// Works until cancelled.
  func run() async {
    while !Task.isCancelled {
      do {
        while !Task.isCancelled, let due = try await store.nextDueOrder(at: wallClock.now()) {
          try await settle(due)
        }
        await work.wait(atMost: try await timeToNextDueOrder(), on: clock)
      } catch {
        logger.error("The store failed under the debit scheduler", metadata: ["error": "\(error)"])
        await work.wait(atMost: .seconds(5), on: clock)
      }
    }
  }

  private func timeToNextDueOrder() async throws -> Duration {
    guard let due = try await store.nextDueTime() else { return .seconds(60) }
    return min(max(wallClock.now().duration(to: due), .zero), .seconds(60))
  }

  private func settle(_ due: DueOrder) async throws {
    let number = due.order.outTradeNumber
    if due.outcomeIsUnknown {
      switch await platform.deduction(of: number) {
      case .notCharged(.notFound, _): break
      case .notCharged(.tryLater, let reason): return try await askAgain(number, reason: reason)
      case let answer: return try await conclude(due, with: answer)
      }
    }
    try await store.willSend(number)
    try await conclude(due, with: platform.deduct(due.order, at: due.terminal))
  }

  private func conclude(_ due: DueOrder, with deduction: Deduction) async throws {
    let number = due.order.outTradeNumber
    switch deduction {
    case .charged(let transactionID, let advanced):
      try await finish(due, as: advanced ? .advanced : .paid, transactionID: transactionID)
    case .notCharged(.insufficientFunds, let reason), .notCharged(.overLimit, let reason):
      let retryAt = wallClock.now().advanced(by: Self.delayedRetry)
      try await finish(due, as: .delayed, reason: reason, retryAt: retryAt)
    case .notCharged(.riskRejected, let reason):
      try await finish(due, as: .riskRejected, reason: reason)
    case .notCharged(.forGood, let reason):
      try await finish(due, as: .failed, reason: reason)
    case .notCharged(.tryLater, let reason):
      let retryAt = nextTry(for: number, schedule: Self.refusedForNow)
      logger.notice("The platform asks to wait", metadata: ["order": "\(number)", "reason": "\(reason)"])
      try await store.postpone(number, until: retryAt, outcomeIsUnknown: false)
    case .notCharged(.notFound, let reason), .unknown(let reason):
      try await askAgain(number, reason: reason)
    }
  }

  private func askAgain(_ number: OutTradeNumber, reason: String) async throws {
    logger.notice("The outcome is unknown", metadata: ["order": "\(number)", "reason": "\(reason)"])
    try await store.postpone(
      number, until: nextTry(for: number, schedule: Self.unclear), outcomeIsUnknown: true)
  }

  private func finish(
    _ due: DueOrder, as state: OrderState, transactionID: String? = nil, reason: String? = nil,
    retryAt: Timestamp? = nil
  ) async throws {
    let number = due.order.outTradeNumber
    failures[number] = nil
    try await store.conclude(
      due,
      with: OrderResult(
        outTradeNumber: number, state: state, transactionID: transactionID, reason: reason,
        at: wallClock.now()),
      retryAt: retryAt)
    results.send(results.latest &+ 1)
  }

  private func nextTry(for number: OutTradeNumber, schedule: RetrySchedule) -> Timestamp {
    let count = (failures[number] ?? 0) + 1
    failures[number] = count
    return wallClock.now().advanced(by: schedule.delay(afterFailures: count, jitter: .random(in: 0...1)))
  }
}

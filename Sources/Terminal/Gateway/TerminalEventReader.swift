import CanteenCore
import Concurrency
import GatewayProtocol
import Logging
import OrderLedger

/// Listens to the gateway for what this till should know, writes it into the ledger and tells the checkout.
struct TerminalEventReader: Sendable {
  static let retry = RetrySchedule(first: .seconds(1), longest: .seconds(60))
  static let longPoll = 25

  let client: GatewayClient
  let ledger: OrderLedger
  let uploader: OrderUploader
  let prover: LedgerProver
  let checkout: CheckoutService
  let leases: LeaseKeeper
  let pages: PageBoard
  let clock: any MonotonicClock
  let logger: Logger

  /// Works until cancelled.
  func run() async {
    var failures = 0
    while !Task.isCancelled {
      do {
        // News are entries: a ledger that lost its end would write them over what it lost.
        for await standing in prover.standing.values() where standing == .continuous { break }
        let place = try await ledger.eventPlace()
        let events = try await client.events(from: place, wait: Self.longPoll)
        guard events.continues(place) else { throw NewsFromElsewhere() }
        failures = 0
        if let known = place.epoch, known != events.epoch {
          // The gateway has lost something: it is asked what, and gets it again.
          try await prover.prove()
          uploader.entryAppended()
        }
        if events.unknownItems > 0 {
          logger.warning(
            "The gateway says things that this version does not know; update the till",
            metadata: ["items": "\(events.unknownItems)"])
        }
        guard !events.items.isEmpty || events.place != place else { continue }
        let effects = try await ledger.record(events, from: place)
        await checkout.learn(effects)
        if effects.leaseChanged { leases.renewSoon() }
        uploader.entryAppended()
        pages.somethingChanged()
      } catch {
        failures += 1
        if failures == 1 { logger.warning("No news from the gateway", metadata: ["error": "\(error)"]) }
        try? await clock.sleep(for: Self.retry.delay(afterFailures: failures, jitter: .random(in: 0...1)))
      }
    }
  }
}

/// The answer to another question.
private struct NewsFromElsewhere: Error, CustomStringConvertible {
  var description: String { "The gateway's news do not go on where this till stopped; it asks again." }
}

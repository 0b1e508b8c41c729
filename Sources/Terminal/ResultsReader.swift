import CanteenCore
import Daemon
import GatewayProtocol
import Logging
import OrderLedger

/// Listens to the gateway for what became of this till's orders and writes it into the ledger.
struct ResultsReader: Sendable {
  static let retry = RetrySchedule(first: .seconds(1), longest: .seconds(60))
  static let longPoll = 25

  let client: GatewayClient
  let ledger: OrderLedger
  let uploader: OrderUploader
  let pages: PageBoard
  let clock: any MonotonicClock
  let logger: Logger

  /// Works until cancelled.
  func run() async {
    var failures = 0
    while !Task.isCancelled {
      do {
        let news = try await client.results(after: ledger.resultsCursor(), wait: Self.longPoll)
        failures = 0
        guard !news.results.isEmpty else { continue }
        try await ledger.record(news)
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

import CanteenCore
import Concurrency
import Crypto
import FeatureLibrary
import Foundation
import GatewayProtocol
import Logging

/// Brings the feature library up to date, every 90 seconds and when asked.
actor LibrarySync {
  static let every: Duration = .seconds(90)
  static let retry = RetrySchedule(first: .seconds(2), longest: .seconds(90))

  /// When the last successful sync ended, also before the last start.
  nonisolated var lastSync: Timestamp? { library.currentAt }
  /// Why the last try failed; nil when it succeeded.
  private(set) var lastError: String?

  private let client: GatewayClient
  private let library: FeatureLibrary
  private let checkout: CheckoutService
  private let gatewayKey: P256.Signing.PublicKey
  private let sealingKey: P256.KeyAgreement.PrivateKey
  private let clock: any MonotonicClock
  private let wallClock: any WallClock
  private let logger: Logger
  private let signal = WakeSignal()

  init(
    client: GatewayClient, library: FeatureLibrary, checkout: CheckoutService,
    gatewayKey: P256.Signing.PublicKey, sealingKey: P256.KeyAgreement.PrivateKey, clock: any MonotonicClock,
    wallClock: any WallClock, logger: Logger
  ) {
    self.client = client
    self.library = library
    self.checkout = checkout
    self.gatewayKey = gatewayKey
    self.sealingKey = sealingKey
    self.clock = clock
    self.wallClock = wallClock
    self.logger = logger
  }

  /// Works until cancelled.
  func run() async {
    var failures = 0
    await checkout.block(library.peopleCount == 0 ? [.libraryEmpty] : [], by: .library)
    while !Task.isCancelled {
      do {
        try await sync()
        failures = 0
      } catch {
        failures += 1
        if failures == 1 {
          logger.warning("The face library was not synced", metadata: ["error": "\(error)"])
        }
      }
      let pause =
        failures == 0 ? Self.every : Self.retry.delay(afterFailures: failures, jitter: .random(in: 0...1))
      await signal.wait(atMost: pause, on: self.clock)
    }
  }

  /// Asks for a sync now; returns at once.
  nonisolated func syncSoon() {
    signal.wake()
  }

  /// Fetches batch after batch until there is no more.
  func sync() async throws {
    do {
      while try await takeOneBatch() {}
      try library.isCurrent(at: wallClock.now())
      lastError = nil
    } catch {
      lastError = "\(error)"
      throw error
    }
    await checkout.block(library.peopleCount == 0 ? [.libraryEmpty] : [], by: .library)
  }

  private func takeOneBatch() async throws -> Bool {
    let sealed = try await client.library(from: library.place)
    let text = try sealed.opened(by: sealingKey).verified(by: gatewayKey, purpose: .libraryBatch)
    let batch = try CanonicalJSON.decode(LibraryBatch.self, from: text)
    if library.lacks(batch) { try library.apply(batch) }
    return batch.more
  }
}

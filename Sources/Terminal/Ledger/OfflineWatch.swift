import CanteenCore
import Concurrency
import Foundation
import GatewayProtocol
import Logging
import OrderLedger

/// Watches how long the till has been without its gateway and how full its disk is, and stops faces in time.
actor OfflineWatch {
  /// The gauges that are not fine, and how far the clock can be trusted.
  struct State: Sendable, Equatable {
    var levels: [OfflineGauge: OfflineGauge.Level] = [:]
    var timeQuality = TimeQuality.unverified
  }

  nonisolated let state = Broadcast(State())

  private static let every: Duration = .seconds(10)

  private let ledger: OrderLedger
  private let checkout: CheckoutService
  private let leases: any LeaseSource
  private let lastSync: @Sendable () -> Timestamp?
  private let link: Broadcast<GatewayClient.Link>
  private let folder: URL
  private let clock: any MonotonicClock
  private let wallClock: TillClock
  private let logger: Logger
  /// The figures could not be read the last time.
  private var isBlind = false

  /// - Parameters:
  ///   - lastSync: when the face library was last brought up to date; nil before the first time.
  ///   - folder: where the ledger is; its disk is watched.
  init(
    ledger: OrderLedger, checkout: CheckoutService, leases: any LeaseSource,
    lastSync: @escaping @Sendable () -> Timestamp?, link: Broadcast<GatewayClient.Link>, folder: URL,
    clock: any MonotonicClock, wallClock: TillClock, logger: Logger
  ) {
    self.ledger = ledger
    self.checkout = checkout
    self.leases = leases
    self.lastSync = lastSync
    self.link = link
    self.folder = folder
    self.clock = clock
    self.wallClock = wallClock
    self.logger = logger
  }

  /// Works until cancelled.
  func run() async {
    while !Task.isCancelled {
      await look()
      try? await clock.sleep(for: Self.every)
    }
  }

  /// Looks once and blocks or frees faces.
  func look() async {
    if let jump = wallClock.look() {
      logger.warning("The box's clock was set", metadata: ["by_seconds": "\(jump.by.components.seconds)"])
      do {
        try await ledger.record(ClockJump(milliseconds: jump.by.wholeMilliseconds))
      } catch {
        logger.warning("That it was set is not in the ledger", metadata: ["error": "\(error)"])
      }
    }
    let quality = wallClock.reading().quality
    // A meal may have begun: whoever stands there then gets an amount.
    await checkout.receive(.tick)
    await checkout.probeLedger()
    guard let figures = await readFigures() else {
      // How much is unsent, and for how long, is not known: no face before it is.
      return await checkout.block([.ledgerFailed], by: .offlineLimits)
    }
    let lease = await leases.lease
    let levels = figures.levels(under: lease?.offline ?? .usual)
    let stopped = OfflineGauge.allCases.filter { levels[$0] == .stop }.compactMap(\.blocker)
    await checkout.block(Set(stopped), by: .offlineLimits)
    let new = State(levels: levels, timeQuality: quality)
    if new != state.latest { state.send(new) }
  }

  private func readFigures() async -> OfflineFigures? {
    do {
      let figures = try await figures()
      isBlind = false
      return figures
    } catch {
      if !isBlind { logger.error("The limits cannot be judged", metadata: ["error": "\(error)"]) }
      isBlind = true
      await checkout.note(error)
      return nil
    }
  }

  private func figures() async throws -> OfflineFigures {
    let now = wallClock.now()
    let unsent = try await ledger.unsentSum()
    var figures = OfflineFigures()
    figures.unsentOrders = unsent.orders
    figures.unsentAmount = unsent.amount
    figures.oldestUnsent = unsent.oldest.map { $0.duration(to: now) }
    if let lease = await leases.lease {
      figures.lease = (
        used: lease.issuedAt.duration(to: now), lifetime: lease.issuedAt.duration(to: lease.expiresAt)
      )
    }
    figures.sinceLibrarySync = lastSync().map { $0.duration(to: now) }
    figures.networkIsUp = link.latest == .up
    figures.freeDisk = Self.freeBytes(of: folder)
    return figures
  }

  private static func freeBytes(of folder: URL) -> Int64? {
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
    return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value
  }
}

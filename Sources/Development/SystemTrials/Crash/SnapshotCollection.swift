import CanteenCore
public import Stage
import TillAPI

/// Waits until no till has an order that is unsent or undecided, and then reads all books.
public struct SnapshotCollection: Sendable {
  private let stage: DemoStage
  private let tills: [DemoStage.Role]
  private let progress: @Sendable (String) -> Void

  public init(
    on stage: DemoStage, tills: [DemoStage.Role], progress: @escaping @Sendable (String) -> Void
  ) {
    self.stage = stage
    self.tills = tills
    self.progress = progress
  }

  /// Closes the cameras and waits until every till has sent all its orders and knows what became of them.
  ///
  /// - Returns: nil, or what is still open when the time is over.
  public func settle(within limit: Duration) async throws -> String? {
    for till in tills { try await stage.closeCamera(at: till) }
    let start = ContinuousClock.now
    var nextWord: Duration = .zero
    while true {
      var unsent = 0
      var waiting = 0
      for till in tills {
        let orders = try await stage.tillStatus(of: till).orders
        unsent += orders.unsent
        waiting += orders.waiting
      }
      if unsent == 0, waiting == 0 { return nil }
      let elapsed = start.duration(to: .now)
      let stand = "\(unsent) orders unsent, \(waiting) waiting for the platform"
      guard elapsed < limit else { return "after \(limit.components.seconds) s: \(stand)" }
      if elapsed >= nextWord {
        progress("draining: \(stand)")
        nextWord += .seconds(10)
      }
      try await Task.sleep(for: .milliseconds(250))
    }
  }

  public func books(_ observed: ObservedOrders) async throws -> LedgerSnapshot {
    LedgerSnapshot(
      shown: await observed.shownOrders, keyed: await observed.keyedAmounts, tills: try await tillBooks(),
      gateway: try await whole(stage.gatewayOrders()).map(LedgerSnapshot.ListedOrder.init),
      platform: try await stage.charges().map(LedgerSnapshot.PlatformCharge.init))
  }

  /// The same while the gateway is away: the tills' own word stands for the gateway's.
  public func booksWithoutGateway(_ observed: ObservedOrders) async throws -> LedgerSnapshot {
    let tills = try await tillBooks()
    return LedgerSnapshot(
      shown: await observed.shownOrders, keyed: await observed.keyedAmounts, tills: tills, gateway: tills,
      platform: try await stage.charges().map(LedgerSnapshot.PlatformCharge.init))
  }

  /// One sentence for each till whose ledger does not check out.
  public func doubtfulLedgers() async throws -> [String] {
    var findings: [String] = []
    for till in tills {
      for check in try await stage.diagnosis(of: till) where check.name == "ledger" && !check.ok {
        findings.append("\(till): \(check.message)")
      }
    }
    return findings
  }

  private func tillBooks() async throws -> [LedgerSnapshot.ListedOrder] {
    var orders: [BookedOrder] = []
    for till in tills { orders += try await whole(stage.tillOrders(of: till)) }
    return orders.map(LedgerSnapshot.ListedOrder.init)
  }

  private func whole<Order>(_ list: [Order]) throws -> [Order] {
    guard list.count < DemoStage.mostOrders else {
      throw StageError("There are more than \(list.count) orders, more than are listed; kill fewer times.")
    }
    return list
  }
}

import CanteenCore
import FaultInjection
import Stage

extension BoxTrial {
  struct Sales {
    let findings: [String]
    let summary: String
  }

  /// Cuts the power again and again while orders are booked, lets everything settle and compares the books.
  func provePowerCuts(_ figures: inout BoxTrialReport.Figures) async throws -> Sales {
    var random = SeededRandom(seed: plan.seed, stream: "power")
    var findings: [String] = []
    let closing = SnapshotCollection(on: stage, tills: [.terminal], progress: progress)
    for cut in stride(from: 1, through: plan.powerCuts, by: 1) {
      // With the gateway down, nothing brings back what the disk lost; with it up, the cut also hits uploads.
      let gatewayIsAway = !cut.isMultiple(of: 2)
      if gatewayIsAway { try await stage.kill(.gateway) }
      try await sell(for: random.milliseconds(6_000...14_000), seed: plan.seed &+ UInt64(cut))
      figures.ordersBefore = await ordersKnown
      let booted = try await machine.boot()
      guard try await time(until: Self.openingLimit, { (try? await framesTaken) != nil }) != nil else {
        throw StageError("The till does not answer after power cut \(cut).")
      }
      figures.powerCuts += 1
      if gatewayIsAway {
        let verdict = SnapshotVerdict(of: try await closing.booksWithoutGateway(observed))
        // Once it is fetched back from the gateway, a lost order is no longer missed.
        figures.lost = max(figures.lost, verdict.lost)
        figures.duplicated = max(figures.duplicated, verdict.duplicated)
        findings += verdict.findings.map { "after power cut \(cut): \($0)" }
        try await stage.restart(.gateway)
      }
      let open = try await waitUntilOpen()
      progress(
        "power cut \(cut) of \(plan.powerCuts): \(figures.ordersBefore) orders known before it; "
          + "booted in \(booted.tenths) s, open \(open.tenths) s later")
    }
    if let overdue = try await closing.settle(within: slowness.stretched(.seconds(300))) {
      findings.append(overdue)
    }
    let books = try await closing.books(observed)
    let verdict = SnapshotVerdict(of: books)
    figures.ordersAfter = verdict.orders
    figures.lost = max(figures.lost, verdict.lost)
    figures.duplicated = max(figures.duplicated, verdict.duplicated)
    findings += verdict.findings
    findings += try await closing.doubtfulLedgers()
    return Sales(findings: findings, summary: books.summary)
  }

  private static let ordersBeforeCut = 12

  /// Sells by hand and by face, and cuts the power while it sells.
  private func sell(for time: Duration, seed: UInt64) async throws {
    try await box.show(Self.film)
    let before = await ordersKnown
    let load = load
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await load.watchPage() }
      group.addTask { await load.run(seed: seed) }
      defer { group.cancelAll() }
      try await Task.sleep(for: time)
      // A cut between orders proves something only when there are some.
      let sold = try await self.time(until: .seconds(180)) {
        await ordersKnown >= before + Self.ordersBeforeCut
      }
      await machine.cutPower()
      guard sold != nil else {
        throw StageError("The till sold less than \(Self.ordersBeforeCut) orders in three minutes.")
      }
    }
  }

  /// Orders that somebody outside the machine knows to be booked.
  private var ordersKnown: Int {
    get async {
      let confirmed = await observed.keyedAmounts.reduce(0) { $0 + $1.confirmed }
      return await max(observed.orders, confirmed)
    }
  }
}

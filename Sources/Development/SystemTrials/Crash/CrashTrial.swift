import CanteenCore
import Foundation
public import Stage

/// Kills the real programs at random moments under load, lets everything drain, and compares the books.
public struct CrashTrial: Sendable {
  private let stage: DemoStage
  private let kills: Int
  private let seed: UInt64
  private let drainLimit: Duration
  private let progress: @Sendable (String) -> Void

  /// - Parameters:
  ///   - plan: with keyed amounts, so that the load decides who pays what.
  ///   - kills: how many processes are killed.
  ///   - seed: plans the kills, the load and the platform's faults.
  ///   - drainLimit: how long the orders may take to settle after the last kill.
  public init(
    on plan: StagePlan, kills: Int, seed: UInt64, drainLimit: Duration = .seconds(180),
    progress: @escaping @Sendable (String) -> Void
  ) {
    stage = DemoStage(plan: plan, progress: progress)
    self.kills = kills
    self.seed = seed
    self.drainLimit = drainLimit
    self.progress = progress
  }

  /// Leaves no program running, however it ends.
  ///
  /// - Throws: ``StageError`` when the stage cannot be set or a program does not come back after a kill.
  public func run() async throws -> CrashTrialReport {
    do {
      let report = try await play()
      await stage.stop()
      return report
    } catch {
      await stage.stop()
      throw error
    }
  }

  private func play() async throws -> CrashTrialReport {
    let start = ContinuousClock.now
    try await stage.setUp()
    let observed = ObservedOrders()
    progress("\(kills) kills with seed \(seed)")
    try await killUnderLoad(observed: observed)
    try await startWhatIsDown()
    let closing = SnapshotCollection(on: stage, tills: stage.tills, progress: progress)
    let overdue = try await closing.settle(within: drainLimit)
    let books = try await closing.books(observed)
    var findings = overdue.map { [$0] + books.openOrders } ?? []
    let verdict = SnapshotVerdict(of: books)
    findings += verdict.findings
    findings += try await closing.doubtfulLedgers()
    return CrashTrialReport(
      figures: .init(
        kills: kills, orders: verdict.orders, lost: verdict.lost,
        duplicated: verdict.duplicated, unexplainedFen: verdict.unexplained.count,
        seconds: start.duration(to: .now).components.seconds, seed: seed),
      findings: findings, summary: books.summary)
  }

  private func killUnderLoad(observed: ObservedOrders) async throws {
    let amounts = AmountAllocator()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, till) in stage.tills.enumerated() {
        let load = TillLoad(
          stage: stage, till: till, observed: observed, amounts: amounts,
          longestBreath: .milliseconds(10) * kills)
        group.addTask { await load.watchPage() }
        group.addTask { await load.run(seed: seed &+ UInt64(index) &+ 1) }
      }
      group.addTask { await PlatformTrouble(stage: stage).run(seed: seed) }
      defer { group.cancelAll() }
      try await kill(observed: observed)
    }
  }

  private func kill(observed: ObservedOrders) async throws {
    var killed = 0
    for step in KillPlan(seed: seed, tills: stage.tills) {
      switch step.moment {
      case .startingUp(let delay): try await Task.sleep(for: delay)
      case .atWork(let delay):
        try await stage.waitUntilAllListen()
        try await Task.sleep(for: delay)
      }
      let victims = Array(step.victims.prefix(kills - killed))
      try await stage.kill(victims)
      try await Task.sleep(for: step.pause)
      for victim in victims { try await stage.launch(victim) }
      let before = killed
      killed += victims.count
      if killed / 10 > before / 10 { progress("\(killed) kills, \(await observed.orders) orders shown") }
      if killed >= kills { return }
    }
  }

  /// Also makes the sandbox forget its planned faults, which it keeps in memory only.
  private func startWhatIsDown() async throws {
    try await stage.waitUntilAllListen()
    try await stage.kill(.sandbox)
    try await stage.restart(.sandbox)
  }
}

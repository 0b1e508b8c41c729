public import CanteenCore
public import Logging
import Synchronization

/// Feeds the service manager's watchdog when all loops of a daemon have proved that they work, and names the
/// late ones when they have not.
///
/// No timer feeds it: only the loop whose round completes the proof does. When a loop stands still, the
/// program is restarted.
public final class Watchdog<Loop: Hashable & Sendable & RawRepresentable<String>>: Sendable {
  private struct State {
    var proof: WorkProof<Loop>
    var late: Set<Loop> = []
    var isFed = false
  }

  private let manager: ServiceManager?
  private let clock: any MonotonicClock
  private let logger: Logger
  private let state: Mutex<State>

  /// - Parameters:
  ///   - manager: nil when nobody watches; then this does nothing.
  ///   - resting: loops that begin when they are called.
  public init(
    manager: ServiceManager?, loops: Set<Loop>, resting: Set<Loop> = [], clock: any MonotonicClock,
    logger: Logger
  ) {
    self.manager = manager
    self.clock = clock
    self.logger = logger
    state = Mutex(State(proof: WorkProof(loops: loops, resting: resting)))
  }

  public func report(of loop: Loop) -> LoopReport {
    LoopReport(
      roundDone: { [self] in receive(.roundDone(loop)) },
      rests: { [self] in receive(.rests(loop, until: $0)) })
  }

  /// There is work for `loop`.
  public func called(_ loop: Loop) { receive(.called(loop)) }

  private func receive(_ event: WorkProof<Loop>.Event) {
    guard let manager else { return }
    let isProved = state.withLock { state in
      let isProved = state.proof.receive(event, at: clock.now)
      if isProved { state.isFed = true }
      return isProved
    }
    if isProved { manager.tell(.alive) }
  }

  /// Asks the loops for a round several times within the manager's patience, until cancelled. Returns at once when
  /// no watchdog watches.
  ///
  /// - Parameter ask: wakes the loops, so that those without work show that they would do it.
  public func run(asking ask: @Sendable () async -> Void) async {
    guard let manager, let patience = manager.patience else { return }
    while !Task.isCancelled {
      await ask()
      guard (try? await clock.sleep(for: patience / 4)) != nil else { return }
      lookForLateLoops(manager)
    }
  }

  /// Logs the loops that kept the watchdog unfed for a quarter of the patience: after a restart, the log
  /// tells why.
  private func lookForLateLoops(_ manager: ServiceManager) {
    let (late, was) = state.withLock { state in
      let late = state.isFed ? [] : state.proof.late(at: clock.now)
      defer { state.late = late; state.isFed = false }
      return (late, state.late)
    }
    guard late != was else { return }
    let names = late.map(\.rawValue).sorted().joined(separator: ", ")
    manager.tell(.status(late.isEmpty ? "At work" : "Waiting for \(names)"))
    if late.isEmpty {
      logger.notice("All loops get on with their work again")
    } else {
      logger.warning("Loops do not get on with their work", metadata: ["loops": "\(names)"])
    }
  }
}

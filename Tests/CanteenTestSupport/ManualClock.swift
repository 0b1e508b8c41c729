public import CanteenCore
import Synchronization

/// A clock that stands still until a test moves it. Nobody who waits on it sleeps in real time.
public final class ManualClock: MonotonicClock, Sendable {
  private struct Sleeper {
    let deadline: MonotonicInstant
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now = MonotonicInstant.start
    var nextID = 0
    var sleeps = 0
    var sleepers: [Int: Sleeper] = [:]
    var cancelledBeforeSleeping: Set<Int> = []
  }

  private let state = Mutex(State())

  public init() {}

  public var now: MonotonicInstant { state.withLock { $0.now } }

  public var minimumResolution: Duration { .zero }

  /// How many tasks wait on this clock at this moment.
  public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

  /// How many waits were begun so far.
  public var sleepCount: Int { state.withLock { $0.sleeps } }

  /// Returns when at least `count` tasks wait on this clock, or when the task is cancelled.
  public func waitForSleepers(_ count: Int = 1) async {
    while sleeperCount < count, !Task.isCancelled { await Task.yield() }
  }

  /// Moves time forward and wakes everyone whose deadline has come, earliest first.
  public func advance(by duration: Duration) {
    let woken = state.withLock { state in
      state.now = state.now.advanced(by: duration)
      let due = state.sleepers.filter { $0.value.deadline <= state.now }
      for id in due.keys { state.sleepers[id] = nil }
      return due.values.sorted { $0.deadline < $1.deadline }
    }
    for sleeper in woken { sleeper.continuation.resume() }
  }

  public func sleep(until deadline: MonotonicInstant, tolerance: Duration?) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      state.sleeps += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        enum Outcome { case waits, due, cancelled }
        let outcome: Outcome = state.withLock { state in
          if state.cancelledBeforeSleeping.remove(id) != nil { return .cancelled }
          if deadline <= state.now { return .due }
          state.sleepers[id] = Sleeper(deadline: deadline, continuation: continuation)
          return .waits
        }
        switch outcome {
        case .waits: break
        case .due: continuation.resume()
        case .cancelled: continuation.resume(throwing: CancellationError())
        }
      }
    } onCancel: {
      let sleeper = state.withLock { state -> Sleeper? in
        guard let sleeper = state.sleepers.removeValue(forKey: id) else {
          state.cancelledBeforeSleeping.insert(id)
          return nil
        }
        return sleeper
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }
}

import CanteenCore
import Synchronization

/// Lets calls to a platform take virtual time: each waits here until the simulation lets it go on, and at any moment one of
/// them runs at most, so that the same seed is the same story.
final class CallStand: Sendable {
  /// A call that waits, and for how long.
  struct Parked: Sendable {
    let number: Int
    let wait: Duration
  }

  private struct State {
    var count = 0
    var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    var parked: [Parked] = []
    var running = 0
    var simulation: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// Calls that wait here.
  var underWay: Int { state.withLock { $0.waiting.count } }

  /// In a call: waits in virtual time.
  func wait(_ time: Duration) async {
    await withCheckedContinuation { call in
      let simulation = state.withLock { state in
        state.count += 1
        state.waiting[state.count] = call
        state.parked.append(Parked(number: state.count, wait: time))
        return Self.pause(&state)
      }
      simulation?.resume()
    }
  }

  /// A piece of work that may call a platform begins, and runs until it waits or is over.
  func run(_ work: @escaping @Sendable () async -> Void) async {
    state.withLock { $0.running += 1 }
    Task {
      await work()
      state.withLock { Self.pause(&$0) }?.resume()
    }
    await untilNothingRuns()
  }

  /// Lets a call go on until it waits again or its work is over.
  func goOn(_ number: Int) async {
    let call = state.withLock { state in
      guard let call = state.waiting.removeValue(forKey: number) else {
        return nil as CheckedContinuation<Void, Never>?
      }
      state.running += 1
      return call
    }
    guard let call else { return }
    call.resume()
    await untilNothingRuns()
  }

  /// What has begun to wait since this was asked last.
  func newlyParked() -> [Parked] {
    state.withLock { state in
      defer { state.parked = [] }
      return state.parked
    }
  }

  private static func pause(_ state: inout State) -> CheckedContinuation<Void, Never>? {
    state.running -= 1
    guard state.running == 0 else { return nil }
    defer { state.simulation = nil }
    return state.simulation
  }

  private func untilNothingRuns() async {
    await withCheckedContinuation { simulation in
      let isQuiet = state.withLock { state in
        guard state.running > 0 else { return true }
        state.simulation = simulation
        return false
      }
      if isQuiet { simulation.resume() }
    }
  }
}

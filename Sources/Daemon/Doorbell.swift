public import CanteenCore
import Synchronization

/// Wakes one worker that waits for work. A ring while nobody waits is kept until the next wait.
///
/// A wait may end early; whoever waits looks for work again.
public final class Doorbell: Sendable {
  private enum State {
    case silent
    case rung
    case waited(CheckedContinuation<Void, Never>)
  }

  private let state = Mutex(State.silent)

  public init() {}

  public func ring() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      if case .waited(let continuation) = state {
        state = .silent
        return continuation
      }
      state = .rung
      return nil
    }
    waiter?.resume()
  }

  /// Returns when the bell rings, when `limit` has passed, or when the task is cancelled.
  public func wait(atMost limit: Duration, on clock: any MonotonicClock) async {
    await withTaskGroup { group in
      group.addTask { await self.nextRing() }
      group.addTask { try? await clock.sleep(for: limit) }
      await group.next()
      group.cancelAll()
    }
  }

  private func nextRing() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isRung = state.withLock { state in
          if case .rung = state {
            state = .silent
            return true
          }
          state = .waited(continuation)
          return false
        }
        if isRung { continuation.resume() }
      }
    } onCancel: {
      ring()
    }
  }
}

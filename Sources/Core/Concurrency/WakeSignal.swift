import Synchronization

/// Wakes everybody who waits for work. A call while nobody waits is kept until the next wait, and several are one.
///
/// A wait may end early; whoever waits looks for work again.
public final class WakeSignal: Sendable {
  private enum State {
    case quiet
    case called
    case waited([CheckedContinuation<Void, Never>])
  }

  private let state = Mutex(State.quiet)

  public init() {}

  /// There is work.
  public func wake() {
    let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      if case .waited(let continuations) = state {
        state = .quiet
        return continuations
      }
      state = .called
      return []
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Returns when there is work, or when the task is cancelled.
  public func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isCalled = state.withLock { state in
          switch state {
          case .called:
            state = .quiet
            return true
          case .quiet: state = .waited([continuation])
          case .waited(let others): state = .waited(others + [continuation])
          }
          return false
        }
        if isCalled { continuation.resume() }
      }
    } onCancel: {
      wake()
    }
  }

  /// Returns when there is work, when `limit` has passed, or when the task is cancelled.
  public func wait(atMost limit: Duration, on clock: some Clock<Duration>) async {
    await withTaskGroup { group in
      group.addTask { await self.wait() }
      group.addTask { try? await clock.sleep(for: limit) }
      await group.next()
      group.cancelAll()
    }
  }
}

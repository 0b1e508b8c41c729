import Synchronization

/// Tells everyone who listens the newest value; a slow listener misses the ones in between.
///
/// Every listener sees values in the order in which they were sent, and the last one it sees is ``latest``.
public final class Broadcast<Value: Sendable>: Sendable {
  private struct State {
    var latest: Value
    var nextID = 0
    var listeners: [Int: AsyncStream<Value>.Continuation] = [:]
  }

  private let state: Mutex<State>

  public init(_ first: Value) {
    state = Mutex(State(latest: first))
  }

  public var latest: Value { state.withLock { $0.latest } }

  public var listenerCount: Int { state.withLock { $0.listeners.count } }

  public func send(_ value: Value) { update { $0 = value } }

  /// Sends what `change` makes of the latest value; nobody else sends in between.
  public func update(_ change: (inout Value) -> Void) {
    state.withLock { state in
      change(&state.latest)
      // Under the lock: of two who send at once, the later one's value must reach listeners last. A stream that
      // keeps only the newest never makes its writer wait.
      for listener in state.listeners.values { listener.yield(state.latest) }
    }
  }

  /// The latest value at once, then each newer one that the listener is quick enough to take.
  public func values() -> AsyncStream<Value> {
    let (stream, continuation) = AsyncStream<Value>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let id = state.withLock { state in
      state.nextID += 1
      state.listeners[state.nextID] = continuation
      continuation.yield(state.latest)
      return state.nextID
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { $0.listeners[id] = nil }
    }
    return stream
  }
}

extension Broadcast<Int> {
  /// Sends the next number, to say that something changed.
  public func increment() { update { $0 &+= 1 } }
}

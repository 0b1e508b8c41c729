import Synchronization

/// Tells everyone who listens the newest value; a slow listener misses the ones in between.
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

  public func send(_ value: Value) {
    let listeners = state.withLock { state in
      state.latest = value
      return Array(state.listeners.values)
    }
    for listener in listeners { listener.yield(value) }
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

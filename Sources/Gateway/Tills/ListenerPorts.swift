import GatewayProtocol
import Synchronization

/// Where the gateway listens: as its settings say, or on the ports the system gave it.
final class ListenerPorts: Sendable {
  enum Listener: CaseIterable {
    case office
    case tills
    case pairing
  }

  private struct State {
    var ports: [Listener: Int]
    var waiting = Set(Listener.allCases)
  }

  private let state: Mutex<State>

  init(office: Int = 0, tills: Int, pairing: Int) {
    state = Mutex(State(ports: [.office: office, .tills: tills, .pairing: pairing]))
  }

  subscript(listener: Listener) -> Int { state.withLock { $0.ports[listener] ?? 0 } }

  var answer: ListenersAnswer { ListenersAnswer(tillsPort: self[.tills], pairingPort: self[.pairing]) }

  /// - Returns: true when this was the last one to begin.
  func isServed(_ listener: Listener, at port: Int) -> Bool {
    state.withLock { state in
      state.ports[listener] = port
      state.waiting.remove(listener)
      return state.waiting.isEmpty
    }
  }
}

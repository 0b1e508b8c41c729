import CanteenCore
import Synchronization
import TillAPI

/// What this run of the till has counted and timed.
package final class TillMetrics: Sendable {
  package init() {}

  private struct State {
    var counts = TillStatus.Counts()
    var faceToAccept: [Double] = []
  }

  /// Enough for a week of lunches at one till.
  private static let mostTimes = 10_000

  private let state = Mutex(State())

  var counts: TillStatus.Counts { state.withLock { $0.counts } }

  var faceToAccept: TillStatus.Percentiles {
    TillStatus.Percentiles(of: state.withLock { $0.faceToAccept })
  }

  func count(_ change: (inout TillStatus.Counts) -> Void) {
    state.withLock { change(&$0.counts) }
  }

  func orderAccepted(facePresentFor duration: Duration?) {
    state.withLock { state in
      state.counts.ordersAccepted += 1
      guard let duration else { return }
      if state.faceToAccept.count == Self.mostTimes { state.faceToAccept.removeFirst() }
      state.faceToAccept.append(duration.milliseconds)
    }
  }
}

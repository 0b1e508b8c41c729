import CanteenCore
import Synchronization

/// What this run of the till has counted and timed.
package final class TillMetrics: Sendable {
  package init() {}

  struct Counts: Sendable, Codable {
    var frames = 0
    var framesSkipped = 0
    var framesBroken = 0
    var facesSeen = 0
    var identified = 0
    var strangersRefused = 0
    /// Known faces shown by a print, a screen or a mask.
    var artefactsRefused = 0
    var ordersAccepted = 0
    /// How often look-alikes were asked for the phone tail, and what was typed.
    var phoneTailsAsked = 0
    var phoneTailsRight = 0
    var phoneTailsWrong = 0

    private enum CodingKeys: String, CodingKey {
      case frames
      case framesSkipped = "frames_skipped"
      case framesBroken = "frames_broken"
      case facesSeen = "faces_seen"
      case identified
      case strangersRefused = "strangers_refused"
      case artefactsRefused = "artefacts_refused"
      case ordersAccepted = "orders_accepted"
      case phoneTailsAsked = "phone_tails_asked"
      case phoneTailsRight = "phone_tails_right"
      case phoneTailsWrong = "phone_tails_wrong"
    }
  }

  /// Percentiles of a time in milliseconds; nil before the first.
  struct Percentiles: Sendable, Codable {
    let p50: Double?
    let p95: Double?

    init(of milliseconds: [Double]) {
      let sorted = milliseconds.sorted()
      func percentile(_ share: Double) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return (sorted[max(0, min(sorted.count, rank) - 1)] * 10).rounded() / 10
      }
      p50 = percentile(0.5)
      p95 = percentile(0.95)
    }
  }

  private struct State {
    var counts = Counts()
    var faceToAccept: [Double] = []
  }

  /// Enough for a week of lunches at one till.
  private static let mostTimes = 10_000

  private let state = Mutex(State())

  var counts: Counts { state.withLock { $0.counts } }

  var faceToAccept: Percentiles { Percentiles(of: state.withLock { $0.faceToAccept }) }

  func count(_ change: (inout Counts) -> Void) {
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

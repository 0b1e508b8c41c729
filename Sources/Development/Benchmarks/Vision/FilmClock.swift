import CanteenCore
import Synchronization

/// The time of a film whose frames come on time, while the work on each takes as long as it really does.
final class FilmClock: MonotonicClock {
  private struct Frame {
    var arrived = MonotonicInstant.start
    var workBegan = SuspendingClock.now
  }

  private let frame = Mutex(Frame())

  var now: MonotonicInstant {
    frame.withLock { $0.arrived.advanced(by: $0.workBegan.duration(to: .now)) }
  }

  var minimumResolution: Duration { SuspendingClock().minimumResolution }

  /// Nobody waits in a film.
  func sleep(until deadline: MonotonicInstant, tolerance: Duration?) async throws {}

  /// The next frame is there and is worked on from now.
  func begin(_ arrival: MonotonicInstant) {
    frame.withLock { $0 = Frame(arrived: arrival) }
  }
}

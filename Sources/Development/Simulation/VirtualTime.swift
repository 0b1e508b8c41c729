import CanteenCore
import Synchronization

/// Time that only the simulation moves. Nothing may wait on it: the simulation calls what is due.
final class VirtualClock: MonotonicClock, Sendable {
  private let instant = Mutex(MonotonicInstant.start)

  var now: MonotonicInstant { instant.withLock { $0 } }

  var minimumResolution: Duration { .zero }

  func advance(to later: MonotonicInstant) {
    instant.withLock { $0 = max($0, later) }
  }

  func sleep(until deadline: MonotonicInstant, tolerance: Duration?) async throws {
    preconditionFailure("Nothing waits in a simulation.")
  }
}

/// Civil time that is always right: the gateway's and the platform's.
struct TrueTime: WallClock {
  /// 2026-11-20 10:30 in China, half an hour before lunch.
  static let start = Timestamp(millisecondsSince1970: 1_795_141_800_000)

  let clock: VirtualClock

  func now() -> Timestamp { Self.start.advanced(by: clock.now.sinceStart) }
}

/// The civil time by which the gateway settles; somebody may set it.
final class SchoolClock: WallClock, Sendable {
  private let truth: TrueTime
  private let offset = Mutex(Duration.zero)

  init(truth: TrueTime) {
    self.truth = truth
  }

  func now() -> Timestamp { truth.now().advanced(by: offset.withLock { $0 }) }

  /// - Parameter offset: from the right time.
  func set(offset: Duration) { self.offset.withLock { $0 = offset } }
}

/// The clock of a box, which somebody or an empty battery may set.
final class BoxClock: WallClock, Sendable {
  private let truth: TrueTime
  private let offset = Mutex(Duration.zero)

  init(truth: TrueTime) {
    self.truth = truth
  }

  func now() -> Timestamp { truth.now().advanced(by: offset.withLock { $0 }) }

  func jump(by duration: Duration) { offset.withLock { $0 += duration } }
}

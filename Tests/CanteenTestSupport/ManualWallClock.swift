public import CanteenCore
import Synchronization

/// Civil time that a test sets. Starts on a school day at noon, 2026-11-20 12:00 in China.
public final class ManualWallClock: WallClock, Sendable {
  private let time: Mutex<Timestamp>

  public init(_ start: Timestamp = Timestamp(millisecondsSince1970: 1_795_147_200_000)) {
    time = Mutex(start)
  }

  public func now() -> Timestamp { time.withLock { $0 } }

  public func advance(by duration: Duration) {
    time.withLock { $0 = $0.advanced(by: duration) }
  }
}

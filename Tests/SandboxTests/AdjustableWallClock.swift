import CanteenCore
import Foundation
import Synchronization

/// A wall clock that a test sets; the sandbox and the client may each have their own.
final class AdjustableWallClock: WallClock, Sendable {
  private let moment: Mutex<Timestamp>

  /// Starts on 2026-11-20, 12:00 in China, a school day.
  init(_ moment: Timestamp = Timestamp(millisecondsSince1970: 1_795_147_200_000)) {
    self.moment = Mutex(moment)
  }

  func now() -> Timestamp { moment.withLock { $0 } }

  func advance(by duration: Duration) {
    moment.withLock { $0 = $0.advanced(by: duration) }
  }

  var date: Date { Date(timeIntervalSince1970: Double(now().millisecondsSince1970) / 1_000) }
}

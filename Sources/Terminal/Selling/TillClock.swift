package import CanteenCore
package import Foundation
import GatewayProtocol
import Synchronization
import SystemService

/// The till's civil clock: ``TrustedTime`` over the box's own, kept over restarts of the program while the box
/// stays on.
package final class TillClock: WallClock, Sendable {
  private struct Kept: Codable {
    let bootID: String
    let sinceBootMilliseconds: Int64
    let time: Timestamp
  }

  private let system: any WallClock
  private let clock: any MonotonicClock
  private let file: URL?
  private let boot: BootClock?
  private let time: Mutex<TrustedTime>

  /// - Parameters:
  ///   - floor: a moment known to have passed, such as the last entry of the ledger.
  ///   - file: where the gateway's time is kept for the next run; nil keeps nothing.
  package init(system: any WallClock, clock: any MonotonicClock, floor: Timestamp, file: URL? = nil) {
    self.system = system
    self.clock = clock
    self.file = file
    boot = file == nil ? nil : BootClock()
    var trusted = TrustedTime(floor: floor, startedAt: clock.now)
    if let boot, let bytes = file.flatMap({ try? Data(contentsOf: $0) }),
      let kept = try? JSONDecoder().decode(Kept.self, from: bytes), kept.bootID == boot.bootID
    {
      let ago = boot.sinceBoot - .milliseconds(kept.sinceBootMilliseconds)
      trusted.resume(TrustedTime.Anchor(time: kept.time, at: clock.now.advanced(by: .zero - ago)))
    }
    time = Mutex(trusted)
  }

  package func now() -> Timestamp { reading().time }

  package func reading() -> TrustedTime.Reading {
    let (wall, now) = (system.now(), clock.now)
    return time.withLock { $0.reading(wall: wall, at: now) }
  }

  /// The gateway told its time in a call that began at `askedAt` and ended now.
  package func gatewaySaid(_ told: Timestamp, askedAt: MonotonicInstant) {
    let now = clock.now
    time.withLock { $0.gatewaySaid(told, askedAt: askedAt, answeredAt: now) }
    guard let file, let boot else { return }
    let kept = Kept(
      bootID: boot.bootID, sinceBootMilliseconds: boot.sinceBoot.wholeMilliseconds, time: self.now())
    try? CanonicalJSON.data(kept).write(to: file, options: .atomic)
  }

  /// Something is known to have happened at this time.
  package func happened(at known: Timestamp) {
    time.withLock { $0.happened(at: known) }
  }

  /// Whether the box's clock was set since the last look.
  package func look() -> TrustedTime.Jump? {
    let (wall, now) = (system.now(), clock.now)
    return time.withLock { $0.look(wall: wall, at: now) }
  }
}

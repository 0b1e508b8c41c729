public import CanteenCore
import Concurrency
public import Imaging

/// Plays frames as a camera would: frames come at their time, whether somebody takes them or not.
///
/// Time goes on while the camera is closed, as people walk by a closed camera too.
public actor ReplayCamera: FrameSource {
  public private(set) var losses = FrameLosses()

  private let player: any FramePlayer
  private let clock: any MonotonicClock
  private let executor = BlockingExecutor(label: "canteen.replay")
  private var started: MonotonicInstant?
  private var lastFrame: UInt64?
  private var isOpen = false
  private var delivered: UInt64 = 0

  public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  public init(player: sending any FramePlayer, clock: any MonotonicClock) {
    self.player = player
    self.clock = clock
  }

  public func open() {
    if started == nil { started = clock.now }
    isOpen = true
    lastFrame = nil
  }

  public func close() {
    isOpen = false
  }

  public func nextFrame() async throws(CameraError) -> Frame {
    guard isOpen, let started else { throw .closed }
    let due = number(at: clock.now, since: started)
    var next = lastFrame.map { $0 + 1 } ?? due
    if next < due {
      losses.skipped += Int(due - next)
      next = due
    }
    let time = started.advanced(by: player.frameInterval * Int(next))
    do {
      try await clock.sleep(until: time, tolerance: nil)
    } catch {
      throw .closed
    }
    guard isOpen else { throw .closed }
    lastFrame = next
    delivered += 1
    guard let frame = try player.frame(next) else { throw .lost("replay", reason: "it is over") }
    return frame.stamped(sequence: delivered, capturedAt: time)
  }

  private func number(at now: MonotonicInstant, since start: MonotonicInstant) -> UInt64 {
    UInt64(max(0, start.duration(to: now) / player.frameInterval))
  }
}

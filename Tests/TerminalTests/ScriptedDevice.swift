import Camera
import CanteenTestSupport
import Imaging

/// A device that does what the test says.
actor ScriptedDevice: FrameSource {
  let losses = FrameLosses()
  private(set) var isOpen = false
  private(set) var openings = 0
  private var refusal: CameraError?
  private var isLost = false
  private var waitingFrames = 0
  private var sent: UInt64 = 0
  private let picture: Frame
  private let clock: ManualClock

  init(clock: ManualClock) throws {
    picture = try Frame(width: 2, height: 2, bgr: [UInt8](repeating: 0, count: 12))
    self.clock = clock
  }

  func open() throws(CameraError) {
    openings += 1
    if let refusal { throw refusal }
    isOpen = true
  }

  func close() { isOpen = false }

  func nextFrame() async throws(CameraError) -> Frame {
    while isOpen, !Task.isCancelled {
      if isLost { throw .lost("/dev/video0", reason: "it was unplugged") }
      if waitingFrames > 0 {
        waitingFrames -= 1
        sent += 1
        return picture.stamped(sequence: sent, capturedAt: clock.now)
      }
      await Task.yield()
    }
    throw .closed
  }

  func send(frames: Int) { waitingFrames += frames }

  func unplug() {
    isLost = true
    refusal = .cannotOpen("/dev/video0", reason: "no camera is plugged in")
  }

  func plugIn() { (isLost, refusal) = (false, nil) }
}

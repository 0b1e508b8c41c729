import Camera
import CanteenCore
import Concurrency
import FaceRecognition
import Imaging
import Logging
import Synchronization

/// Keeps the newest picture of a till's infrared camera, in memory only (I4), while somebody looks through the
/// colour camera.
actor InfraredCamera: FrameAudience {
  /// Stays closed at a till without such a camera.
  nonisolated let state: Broadcast<CameraState>

  /// Pictures of the two cameras that are farther apart than this do not show the same moment.
  private static let mostApart: Duration = .milliseconds(200)

  private nonisolated let newest = Mutex<Frame?>(nil)
  private let keeper: CameraKeeper?

  /// - Parameter source: nil when there is no infrared camera.
  init(
    source: (any FrameSource)?, wish: Broadcast<VisionWish>, clock: any MonotonicClock,
    logger: Logger
  ) {
    keeper = source.map { CameraKeeper(source: $0, wish: wish, clock: clock, logger: logger) }
    state = keeper?.state ?? Broadcast(CameraState())
  }

  /// Works until cancelled.
  func run() async {
    await keeper?.run(for: self)
  }

  /// What the infrared camera saw when a frame of the colour camera was taken.
  nonisolated func view(at time: MonotonicInstant) -> InfraredView {
    let frame = newest.withLock { $0 }
    if let frame, max(frame.capturedAt, time) <= min(frame.capturedAt, time).advanced(by: Self.mostApart) {
      return .frame(frame)
    }
    let state = state.latest
    return keeper == nil || state.error != nil ? .none : .awaited
  }

  func look(at frame: Frame) { newest.withLock { $0 = frame } }

  func everybodyLeft() { newest.withLock { $0 = nil } }

  func cameraFails(_ isFailing: Bool) { newest.withLock { $0 = nil } }
}

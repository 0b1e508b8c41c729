public import CanteenCore
import Concurrency
public import Imaging

/// A camera behind V4L2, USB or CSI. Closed means closed: the device is free and its light is off.
///
/// It reports what happens and decides nothing; ``SteadyCamera`` opens it again when it is lost.
public actor V4L2Camera: FrameSource {
  /// The longest wait of one look for a frame; the camera can be closed only between two looks.
  private static let lookMilliseconds: Int32 = 100

  public private(set) var losses = FrameLosses()
  /// What it sends while it is open.
  public private(set) var stream: CameraStream?
  /// Where that differs from its settings, since it was last opened.
  public private(set) var notices: [CaptureNotice] = []

  private let selector: CameraSelector
  private let settings: CaptureSettings
  private let clock: any MonotonicClock
  private let silence: Duration
  private let folders: BoxFolders
  private let system: DeviceSystem
  private let executor = BlockingExecutor(label: "canteen.v4l2")
  private var path = ""
  private var capture: Capture?
  private var delivered: UInt64 = 0

  public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  /// - Parameter silence: a camera that sends no picture for this long is lost.
  public init(
    selector: CameraSelector, settings: CaptureSettings = CaptureSettings(), clock: any MonotonicClock,
    silence: Duration = .seconds(2)
  ) {
    self.init(
      selector: selector, settings: settings, clock: clock, silence: silence, folders: BoxFolders(),
      system: .linux)
  }

  init(
    selector: CameraSelector, settings: CaptureSettings, clock: any MonotonicClock, silence: Duration,
    folders: BoxFolders, system: DeviceSystem
  ) {
    self.selector = selector
    self.settings = settings
    self.clock = clock
    self.silence = silence
    self.folders = folders
    self.system = system
  }

  public func open() throws(CameraError) {
    guard capture == nil else { return }
    path = try selector.path { VideoNode.all(in: folders, system: system) }
    let opened = try Capture(path: path, settings: settings, system: system)
    stream = opened.stream
    notices = opened.notices
    capture = consume opened
  }

  public func close() {
    capture = nil
    stream = nil
  }

  public func nextFrame() async throws(CameraError) -> Frame {
    let asked = clock.now
    var cameBroken = 0
    while capture != nil, !Task.isCancelled {
      switch try look() {
      case .frame(let frame, let age):
        delivered += 1
        return frame.stamped(sequence: delivered, capturedAt: clock.now.advanced(by: .zero - age))
      case .broken: cameBroken += 1
      case .nothing, nil: break
      }
      guard asked.duration(to: clock.now) < silence else {
        close()
        throw .lost(path, reason: cameBroken > 0 ? "it sends only broken pictures" : "it sends no pictures")
      }
      await Task.yield()
    }
    throw .closed
  }

  private func look() throws(CameraError) -> Capture.Look? {
    do {
      let look = try capture?.look(forMilliseconds: Self.lookMilliseconds)
      count()
      return look
    } catch {
      close()
      throw .lost(path, reason: error.description)
    }
  }

  private func count() {
    guard let counted = capture?.takeLosses() else { return }
    losses.skipped += counted.skipped
    losses.broken += counted.broken
  }
}

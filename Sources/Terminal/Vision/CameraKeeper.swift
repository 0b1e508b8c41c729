import TillAPI
import Camera
import CanteenCore
import Concurrency
import Imaging
import Logging

/// Receives the frames of a ``CameraKeeper``.
protocol FrameAudience: Sendable {
  func look(at frame: Frame) async
  /// Nobody is in the picture any more, as far as can be told.
  func everybodyLeft() async
  /// There are no frames although there should be, or there are some again.
  func cameraFails(_ isFailing: Bool) async
}

/// Opens and closes the device as the wish says, and hands each frame to its audience.
///
/// Frames of a warm device are read and dropped: left in the driver, they would be stale when wanted.
actor CameraKeeper {
  nonisolated let state = Broadcast(CameraState())

  private nonisolated let camera: SteadyCamera
  private nonisolated let wish: Broadcast<VisionWish>
  private let logger: Logger
  private let report: LoopReport
  /// Somebody may be in the picture.
  private var wasLookedAt = false
  /// ``VisionWish/closings`` of the frames that were looked at last.
  private var closings = 0

  init(
    source: any FrameSource, wish: Broadcast<VisionWish>, clock: any MonotonicClock,
    logger: Logger, report: LoopReport = .unheard
  ) {
    camera = SteadyCamera(source: source, clock: clock, attempts: report)
    self.report = report
    self.wish = wish
    self.logger = logger
  }

  nonisolated var losses: FrameLosses {
    get async { await camera.losses }
  }

  /// Works until cancelled; afterwards the device is closed.
  func run(for audience: some FrameAudience) async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.closeWhenUnwanted() }
      group.addTask { await self.attend(audience) }
    }
    await camera.close()
  }

  /// Does not wait for the frame that is being looked at.
  private nonisolated func closeWhenUnwanted() async {
    for await wish in wish.values() where wish.camera.device == .closed { await camera.close() }
  }

  private func attend(_ audience: some FrameAudience) async {
    for await wish in wish.values() where wish.camera.device != .closed {
      tell(.opening)
      while isWanted {
        await camera.open()
        await pass(on: await camera.next(), to: audience)
        report.roundDone()
      }
      report.rests()
      await letGo(audience)
      tell(.closed)
    }
  }

  private var isWanted: Bool { wish.latest.camera.device != .closed && !Task.isCancelled }

  private func pass(on report: SteadyCamera.Report, to audience: some FrameAudience) async {
    switch report {
    case .frame(let frame):
      let wanted = wish.latest
      if wanted.closings != closings { await letGo(audience) }
      closings = wanted.closings
      let isLookedAt = wanted.camera.device == .open
      if state.latest.error != nil { await works(audience) }
      tell(isLookedAt ? .open : .warm)
      if isLookedAt {
        wasLookedAt = true
        await audience.look(at: frame)
      } else {
        await letGo(audience)
      }
    case .lost(let error):
      logger.error("The camera failed", metadata: ["error": "\(error)"])
      state.send(CameraState(device: .failed, error: "\(error)"))
      await audience.cameraFails(true)
      await letGo(audience)
    case .back(let gap):
      logger.notice("The camera is back", metadata: ["gone_ms": "\(gap.wholeMilliseconds)"])
      await works(audience)
    case .closed:
      break
    }
  }

  private func works(_ audience: some FrameAudience) async {
    state.send(CameraState(device: .open))
    await audience.cameraFails(false)
  }

  private func letGo(_ audience: some FrameAudience) async {
    if wasLookedAt { await audience.everybodyLeft() }
    wasLookedAt = false
  }

  private func tell(_ device: CameraDevice) {
    guard state.latest.device != device else { return }
    state.send(CameraState(device: device, error: state.latest.error))
  }
}

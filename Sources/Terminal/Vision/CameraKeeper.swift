import Camera
import CanteenCore
import Daemon
import Imaging
import Logging

/// Whoever looks at frames.
protocol FrameAudience: Sendable {
  func look(at frame: Frame) async
  /// Nobody is in the picture any more, as far as can be told.
  func everybodyLeft() async
  /// There are no frames although there should be, or there are some again.
  func cameraFails(_ isFailing: Bool) async
}

/// Opens and closes the device as it is wished, hands each frame to its audience, and opens it again when it fails.
///
/// Frames of a warm device are taken and forgotten: left in the driver they would be old ones when somebody looks.
actor CameraKeeper {
  nonisolated let state = Broadcast(CameraState())

  private static let reopen = RetrySchedule(first: .milliseconds(500), longest: .seconds(10))

  private nonisolated let source: any FrameSource
  private nonisolated let wish: Broadcast<CameraController.Wish>
  private let clock: any MonotonicClock
  private let logger: Logger
  private var failures = 0

  init(
    source: any FrameSource, wish: Broadcast<CameraController.Wish>, clock: any MonotonicClock,
    logger: Logger
  ) {
    self.source = source
    self.wish = wish
    self.clock = clock
    self.logger = logger
  }

  /// Works until cancelled; afterwards the device is closed.
  func run(for audience: some FrameAudience) async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.closeWhenUnwanted() }
      group.addTask { await self.attend(audience) }
    }
    await source.close()
  }

  /// Does not wait for the frame that is being looked at.
  private nonisolated func closeWhenUnwanted() async {
    for await wish in wish.values() where wish.device == .closed { await source.close() }
  }

  private func attend(_ audience: some FrameAudience) async {
    for await wish in wish.values() where wish.device != .closed {
      while isWanted {
        do throws(CameraError) {
          try await stream(to: audience)
        } catch .closed {
          // It was closed and is wanted again already.
        } catch {
          if isWanted { await failed(error, audience) }
        }
      }
      await audience.everybodyLeft()
      failures = 0
      tell(.closed)
    }
  }

  private var isWanted: Bool { wish.latest.device != .closed && !Task.isCancelled }

  private func stream(to audience: some FrameAudience) async throws(CameraError) {
    if failures == 0 { tell(.opening) }
    try await source.open()
    var wasLookedAt = false
    while isWanted {
      let frame = try await source.nextFrame()
      let isLookedAt = wish.latest.device == .open
      if failures > 0 || state.latest.error != nil {
        failures = 0
        state.send(CameraState(device: .open))
        await audience.cameraFails(false)
      }
      tell(isLookedAt ? .open : .warm)
      if isLookedAt { await audience.look(at: frame) } else if wasLookedAt { await audience.everybodyLeft() }
      wasLookedAt = isLookedAt
    }
  }

  private func failed(_ error: CameraError, _ audience: some FrameAudience) async {
    failures += 1
    if failures == 1 { logger.error("The camera failed", metadata: ["error": "\(error)"]) }
    await source.close()
    state.send(CameraState(device: .failed, error: "\(error)"))
    await audience.cameraFails(true)
    await audience.everybodyLeft()
    await waitToReopen()
  }

  /// Ends early when the camera is not wanted any more, so that a wake button pressed then is obeyed at once.
  private func waitToReopen() async {
    let wish = wish
    let delay = Self.reopen.delay(afterFailures: failures, jitter: .random(in: 0...1))
    await withTaskGroup { group in
      group.addTask { [clock] in try? await clock.sleep(for: delay) }
      group.addTask {
        for await wish in wish.values() where wish.device == .closed { return }
      }
      await group.next()
      group.cancelAll()
    }
  }

  private func tell(_ device: CameraState.Device) {
    if state.latest.device != device {
      state.send(CameraState(device: device, error: state.latest.error))
    }
  }
}

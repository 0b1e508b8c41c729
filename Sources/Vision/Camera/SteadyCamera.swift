public import CanteenCore
import Concurrency
public import Imaging

/// Keeps a source sending as long as it is wanted: the reader is told when it is lost and when it is back,
/// never that it ended. ``CanteenCore/CameraRecovery`` decides; this opens, closes and waits.
///
/// One task reads; any task may open and close.
public actor SteadyCamera {
  public enum Report: Sendable {
    case frame(Frame)
    /// Told once; attempts to open the source go on.
    case lost(CameraError)
    /// A frame follows.
    case back(after: Duration)
    /// Nobody wants frames; call ``SteadyCamera/open()`` first.
    case closed
  }

  private let source: any FrameSource
  private let clock: any MonotonicClock
  private let attempts: LoopReport
  private var recovery: CameraRecovery
  private var reports: [Report] = []
  /// The source must be opened; the reading task does so.
  private var mustOpen = false
  /// Ends the wait of the reading task.
  private let closed = WakeSignal()
  /// A call that was begun before the camera was closed is ignored when it ends afterwards.
  private var timesClosed = 0

  /// - Parameter attempts: told of each round that brings no frame: a loop that waits for a lost camera
  ///   works, too.
  public init(
    source: any FrameSource, timing: CameraRecovery.Timing = CameraRecovery.Timing(),
    clock: any MonotonicClock, attempts: LoopReport = .unheard
  ) {
    self.source = source
    self.clock = clock
    self.attempts = attempts
    recovery = CameraRecovery(timing: timing)
  }

  public var losses: FrameLosses {
    get async { await source.losses }
  }

  /// Says that frames are wanted; ``next()`` opens the source.
  public func open() async {
    await receive(.wanted)
  }

  /// Returns when the device is closed.
  public func close() async {
    timesClosed += 1
    mustOpen = false
    reports = []
    closed.wake()
    await receive(.unwanted)
  }

  /// Waits for the next frame, or for a report instead of one.
  public func next() async -> Report {
    while !Task.isCancelled {
      if !reports.isEmpty { return reports.removeFirst() }
      if mustOpen {
        mustOpen = false
        await openSource()
        attempts.roundDone()
        continue
      }
      switch recovery.phase {
      case .closed: return .closed
      case .waiting(let time):
        await wait(until: time)
        attempts.roundDone()
      case .opening, .starting, .delivering: await readSource()
      }
    }
    return .closed
  }

  private func openSource() async {
    let before = timesClosed
    do throws(CameraError) {
      try await source.open()
      guard before == timesClosed else { return await source.close() }
      await receive(.opened)
    } catch {
      if before == timesClosed { await receive(.failed, because: error) }
    }
  }

  private func readSource() async {
    let before = timesClosed
    do throws(CameraError) {
      let frame = try await source.nextFrame()
      guard before == timesClosed else { return }
      await receive(.picture)
      reports.append(.frame(frame))
    } catch {
      if before == timesClosed, !Task.isCancelled { await receive(.failed, because: error) }
    }
  }

  private func wait(until time: MonotonicInstant) async {
    await closed.wait(atMost: clock.now.duration(to: time), on: clock)
    await receive(.tick)
  }

  private func receive(_ event: CameraRecovery.Event, because error: CameraError = .closed) async {
    for action in recovery.receive(event, at: clock.now) {
      switch action {
      case .openDevice: mustOpen = true
      case .closeDevice: await source.close()
      case .tellLost: reports.append(.lost(error))
      case .tellBack(let gap): reports.append(.back(after: gap))
      }
    }
  }
}

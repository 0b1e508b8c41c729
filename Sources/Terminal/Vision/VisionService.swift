import Camera
import CanteenCore
import Daemon
import FaceRecognition
import FeatureLibrary
import Imaging
import Logging

/// Looks at every frame while the camera is open: finds faces, follows them, and tells the checkout who stands
/// there. Owns both networks and runs on a thread of its own.
actor VisionService {
  /// The newest frame as a small JPEG, made only while somebody watches.
  nonisolated let previews = Broadcast<[UInt8]?>(nil)
  nonisolated let camera = Broadcast(CameraState())

  private static let reopen = RetrySchedule(first: .milliseconds(500), longest: .seconds(10))
  private static let previewWidth = 320
  /// Every second frame is enough for a mirror.
  private static let previewEvery: UInt64 = 2

  private let source: any FrameSource
  private let library: FeatureLibrary
  private let checkout: CheckoutService
  private let metrics: TillMetrics
  private let clock: any MonotonicClock
  private let logger: Logger
  private let report: LoopReport
  private let executor = BlockingExecutor(label: "canteen.vision")

  private var examiner: FaceExaminer

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(
    source: any FrameSource, recognizer: sending FaceRecognizer, library: FeatureLibrary,
    checkout: CheckoutService, policy: IdentificationPolicy,
    liveness: LivenessPolicy, metrics: TillMetrics, clock: any MonotonicClock,
    logger: Logger, report: LoopReport
  ) {
    self.source = source
    self.library = library
    self.checkout = checkout
    self.metrics = metrics
    self.clock = clock
    self.logger = logger
    self.report = report
    examiner = FaceExaminer(
      recognizer: recognizer, policy: policy, liveness: liveness, clock: clock)
  }

  /// Works until cancelled: opens and closes the camera as the checkout wishes, and looks.
  func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.closeWhenUnwanted() }
      group.addTask { await self.watch() }
    }
    await source.close()
  }

  private func closeWhenUnwanted() async {
    for await wanted in checkout.cameraWanted.values() where !wanted { await source.close() }
  }

  private func watch() async {
    var failures = 0
    for await wanted in checkout.cameraWanted.values() where wanted {
      while checkout.cameraWanted.latest, !Task.isCancelled {
        do throws(CameraError) {
          try await source.open()
          while checkout.cameraWanted.latest {
            let frame = try await source.nextFrame()
            if failures > 0 || camera.latest.error != nil { await cameraWorks() }
            failures = 0
            await look(at: frame)
            report.roundDone()
          }
        } catch {
          guard checkout.cameraWanted.latest, !Task.isCancelled else { break }
          failures += 1
          report.roundDone()
          await cameraFailed(error, failures: failures)
        }
      }
      await everybodyLeft()
      report.rests()
    }
  }

  private func cameraWorks() async {
    camera.send(CameraState())
    await checkout.set(.cameraFailed, active: false)
  }

  private func cameraFailed(_ error: CameraError, failures: Int) async {
    if failures == 1 { logger.error("The camera failed", metadata: ["error": "\(error)"]) }
    await source.close()
    camera.send(CameraState(error: "\(error)"))
    await checkout.set(.cameraFailed, active: true)
    await everybodyLeft()
    try? await clock.sleep(for: Self.reopen.delay(afterFailures: failures, jitter: .random(in: 0...1)))
  }

  private func everybodyLeft() async {
    for event in examiner.reset() { await tell(event) }
    if camera.latest.error == nil { camera.send(CameraState()) }
  }

  // MARK: One frame

  private func look(at frame: Frame) async {
    metrics.count { $0.frames += 1 }
    do {
      let sighting = try examiner.follow(frame)
      for event in sighting.events { await tell(event) }
      if sighting.faces > 0 { await checkout.faceSeen() }
      if let event = try examiner.consider(frame, round: wantedRound, library: library) { await tell(event) }
      show(hints: examiner.keepsSomebodyWaiting ? [.wait] : sighting.flaws.map(StudentView.Hint.init))
      await checkout.set(.recognitionFailed, active: false)
    } catch {
      logger.error("Recognition failed on a frame", metadata: ["error": "\(error)"])
      await checkout.set(.recognitionFailed, active: true)
    }
    showPreview(frame)
    let skipped = await source.framesSkipped
    metrics.count { $0.framesSkipped = skipped }
  }

  private var wantedRound: FaceExaminer.Round? {
    let sale = checkout.snapshots.latest
    return sale.identificationRound.map {
      FaceExaminer.Round(number: $0, amountIsLocked: sale.phase.waitingAmount != nil)
    }
  }

  private func tell(_ event: FaceExaminer.Event) async {
    switch event {
    case .present(let track):
      metrics.count { $0.facesSeen += 1 }
      await checkout.cameraSaw(.facePresent(track: track))
    case .left(let track, let wasStranger):
      if wasStranger { metrics.count { $0.strangersRefused += 1 } }
      await checkout.cameraSaw(.faceLeft(track: track))
    case .identified(let identification):
      metrics.count { $0.identified += 1 }
      await checkout.cameraSaw(.identified(identification))
    case .lookAlikes(let question):
      await checkout.cameraSaw(.lookAlikes(question))
    case .notRecognised(let track):
      await checkout.cameraSaw(.notRecognised(track: track))
    case .artefact(let track, let reason):
      metrics.count { $0.artefactsRefused += 1 }
      logger.warning("A known face was shown by an artefact", metadata: ["reason": "\(reason.rawValue)"])
      await checkout.cameraSaw(.notRecognised(track: track))
    }
  }

  private func show(hints: [StudentView.Hint]) {
    if camera.latest.hints != hints { camera.send(CameraState(error: nil, hints: hints)) }
  }

  private func showPreview(_ frame: Frame) {
    guard previews.listenerCount > 0, frame.sequence.isMultiple(of: Self.previewEvery) else { return }
    if let picture = try? frame.jpeg(quality: 70, mostWidth: Self.previewWidth) { previews.send(picture) }
  }
}

extension StudentView.Hint {
  fileprivate static let wait = StudentView.Hint(
    zh: "请等待下一笔", en: "This amount is for the person before you")

  fileprivate init(_ flaw: QualityGate.Flaw) {
    self.init(zh: flaw.guidance.zh, en: flaw.guidance.en)
  }
}

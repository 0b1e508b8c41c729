import TillAPI
import Camera
import CanteenCore
import Concurrency
import FaceRecognition
import FeatureLibrary
import Imaging
import Logging

/// Looks at every frame while the camera is open: finds faces, follows them, and tells who stands there. Owns both
/// networks and runs on a thread of its own.
actor VisionService: FrameAudience {
  /// The newest frame as a small JPEG, made only while somebody watches; nil while the preview is hidden.
  nonisolated let previews = Broadcast<[UInt8]?>(nil)
  /// What the person in front of the camera should do.
  nonisolated let hints = Broadcast<[StudentView.Hint]>([])
  nonisolated let keeper: CameraKeeper
  nonisolated let infrared: InfraredCamera

  private static let previewWidth = 320
  /// Every second frame is enough for a preview.
  private static let previewEvery: UInt64 = 2

  private let library: FeatureLibrary
  private nonisolated let wish: Broadcast<VisionWish>
  private let sink: any SightingSink
  private let metrics: TillMetrics
  private let logger: Logger
  private let executor = BlockingExecutor(label: "canteen.vision")

  private var examiner: FaceExaminer

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(
    cameras: CameraEquipment, recognizer: sending FaceRecognizer, library: FeatureLibrary,
    wish: Broadcast<VisionWish>, sink: any SightingSink, policy: IdentificationPolicy,
    liveness: sending LivenessCheck, metrics: TillMetrics, clock: any MonotonicClock,
    logger: Logger, report: LoopReport
  ) {
    keeper = CameraKeeper(
      source: cameras.source, wish: wish, clock: clock, logger: logger, report: report)
    infrared = InfraredCamera(
      source: cameras.infrared, wish: wish, clock: clock, logger: logger)
    self.library = library
    self.wish = wish
    self.sink = sink
    self.metrics = metrics
    self.logger = logger
    examiner = FaceExaminer(
      recognizer: recognizer, policy: policy, liveness: liveness, clock: clock)
  }

  /// Works until cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.keeper.run(for: self) }
      group.addTask { await self.infrared.run() }
      group.addTask { await self.forgetHiddenPreviews() }
    }
  }

  /// Whoever is shown the preview next must not get the picture of whoever stood here before.
  private func forgetHiddenPreviews() async {
    for await wish in wish.values() where !wish.camera.showsPreview { previews.send(nil) }
  }

  func cameraFails(_ isFailing: Bool) async {
    previews.send(nil)
    await sink.cameraFails(isFailing)
  }

  func everybodyLeft() async {
    previews.send(nil)
    await sink.saw(examiner.reset())
    show(hints: [])
  }

  // MARK: One frame

  func look(at frame: Frame) async {
    metrics.count { $0.frames += 1 }
    do {
      let sighting = try examiner.examine(
        frame, infrared: infrared.view(at: frame.capturedAt), wanted: wish.latest.round, library: library)
      await sink.saw(sighting)
      show(hints: StudentView.Hint.fitting(sighting))
      await sink.recognitionFails(false)
    } catch {
      logger.error("Recognition failed on a frame", metadata: ["error": "\(error)"])
      await sink.recognitionFails(true)
    }
    showPreview(frame)
    let losses = await keeper.losses
    metrics.count { ($0.framesSkipped, $0.framesBroken) = (losses.skipped, losses.broken) }
  }

  private func show(hints: [StudentView.Hint]) {
    if self.hints.latest != hints { self.hints.send(hints) }
  }

  private func showPreview(_ frame: Frame) {
    guard wish.latest.camera.showsPreview, previews.listenerCount > 0,
      frame.sequence.isMultiple(of: Self.previewEvery)
    else { return }
    if let picture = try? frame.jpeg(quality: 70, mostWidth: Self.previewWidth) { previews.send(picture) }
  }
}

extension StudentView.Hint {
  fileprivate static let wait = StudentView.Hint(
    zh: "请等待下一笔", en: "This amount is for the person before you")

  private static let move = StudentView.Hint(zh: "请轻轻转一下头", en: "Turn your head a little")
  private static let dark = StudentView.Hint(
    zh: "太暗，看不清人脸，请开灯", en: "Too dark to see anybody: turn on a light")

  /// The most telling first.
  fileprivate static func fitting(_ sighting: FaceExaminer.Sighting) -> [StudentView.Hint] {
    if sighting.isTooDark { return [.dark] }
    if sighting.keepsSomebodyWaiting { return [.wait] }
    if sighting.shouldMove { return [.move] }
    let guidance = sighting.flaws.map(\.guidance) + [sighting.covering?.guidance].compactMap(\.self)
    return guidance.map { StudentView.Hint(zh: $0.zh, en: $0.en) }
  }
}

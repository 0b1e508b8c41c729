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
  private let recognizer: FaceRecognizer
  private let library: FeatureLibrary
  private let checkout: CheckoutService
  private let policy: IdentificationPolicy
  private let metrics: TillMetrics
  private let clock: any MonotonicClock
  private let logger: Logger
  private let executor = BlockingExecutor(label: "canteen.vision")
  private let gate = QualityGate()

  private var tracker = FaceTracker()
  private var subjects: [Int: Subject] = [:]
  private var round: Int?
  private var roundStart = MonotonicInstant.start

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(
    source: any FrameSource, recognizer: sending FaceRecognizer, library: FeatureLibrary,
    checkout: CheckoutService, policy: IdentificationPolicy, metrics: TillMetrics, clock: any MonotonicClock,
    logger: Logger
  ) {
    self.source = source
    self.recognizer = recognizer
    self.library = library
    self.checkout = checkout
    self.policy = policy
    self.metrics = metrics
    self.clock = clock
    self.logger = logger
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
          }
        } catch {
          guard checkout.cameraWanted.latest, !Task.isCancelled else { break }
          failures += 1
          await cameraFailed(error, failures: failures)
        }
      }
      await everybodyLeft()
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
    for id in tracker.reset() { await leave(id) }
    if camera.latest.error == nil { camera.send(CameraState()) }
  }

  // MARK: One frame

  private func look(at frame: Frame) async {
    metrics.count { $0.frames += 1 }
    let detectStart = clock.now
    do {
      let faces = try recognizer.faces(in: frame)
      let detect = detectStart.duration(to: clock.now)
      let update = tracker.update(with: faces, at: frame.capturedAt)
      for id in update.left { await leave(id) }
      startRoundIfNew()
      if let nearest = update.present.first {
        await checkout.faceSeen()
        try await examine(nearest, in: frame, detect: detect)
      } else {
        show(hints: [])
      }
      await checkout.set(.recognitionFailed, active: false)
    } catch {
      logger.error("Recognition failed on a frame", metadata: ["error": "\(error)"])
      await checkout.set(.recognitionFailed, active: true)
    }
    showPreview(frame)
    let skipped = await source.framesSkipped
    metrics.count { $0.framesSkipped = skipped }
  }

  /// A new amount, or a new try, makes everybody a stranger again.
  private func startRoundIfNew() {
    let current = checkout.snapshots.latest.identificationRound
    guard current != round else { return }
    round = current
    roundStart = clock.now
    for id in subjects.keys { subjects[id]?.decision = nil }
  }

  private func examine(_ track: FaceTrack, in frame: Frame, detect: Duration) async throws {
    let flaws = gate.flaws(of: try recognizer.quality(of: track.face, in: frame))
    show(hints: flaws.map { StudentView.Hint(zh: $0.guidance.zh, en: $0.guidance.en) })
    guard flaws.isEmpty else { return }
    if subjects[track.id] == nil {
      subjects[track.id] = Subject(presentAt: frame.capturedAt)
      metrics.count { $0.facesSeen += 1 }
      await checkout.receive(.facePresent(track: track.id))
      startRoundIfNew()
    }
    guard round != nil, let subject = subjects[track.id] else { return }
    let presentAt = max(subject.presentAt, roundStart < frame.capturedAt ? roundStart : frame.capturedAt)
    switch subject.decision {
    case .none:
      subjects[track.id]?.decision = .looking(
        Subject.Consideration(
          decision: SequentialDecision(
            policy: policy, point: library.operatingPoint(for: policy), facePresentAt: presentAt)))
    case .refused(let at) where at.duration(to: clock.now) >= policy.retryAfter:
      subjects[track.id]?.decision = .looking(
        Subject.Consideration(
          decision: SequentialDecision(
            policy: policy, point: library.operatingPoint(for: policy), facePresentAt: presentAt)))
    case .refused, .identified:
      return
    case .looking:
      break
    }
    try await embed(track, in: frame, detect: detect, presentAt: presentAt)
  }

  private func embed(_ track: FaceTrack, in frame: Frame, detect: Duration, presentAt: MonotonicInstant)
    async throws
  {
    guard case .looking(var consideration) = subjects[track.id]?.decision else { return }
    let embedStart = clock.now
    let embedding = try recognizer.embedding(of: track.face, in: frame)
    let searchStart = clock.now
    let match = library.match(embedding)
    consideration.evidence.add(embedding)
    let mean = consideration.evidence.match(library.match) ?? match
    let now = clock.now
    let look = SequentialDecision.Look(
      match: match, mean: mean,
      milliseconds: LookMilliseconds(
        detect: detect.milliseconds, embed: embedStart.duration(to: searchStart).milliseconds,
        search: searchStart.duration(to: now).milliseconds))
    switch consideration.decision.add(look, at: now) {
    case .undecided:
      subjects[track.id]?.decision = .looking(consideration)
    case .lookAlikes(let candidates, let evidence):
      subjects[track.id]?.decision = .refused(at: now)
      await checkout.receive(
        .lookAlikes(
          LookAlikeQuestion(
            track: track.id, candidates: candidates, evidence: evidence, facePresentAt: presentAt)))
    case .identified(let person, let evidence):
      subjects[track.id]?.decision = .identified
      subjects[track.id]?.wasIdentified = true
      metrics.count { $0.identified += 1 }
      await checkout.receive(
        .identified(
          Identification(track: track.id, user: person.user, evidence: evidence, facePresentAt: presentAt)))
    case .notRecognised:
      subjects[track.id]?.decision = .refused(at: now)
      subjects[track.id]?.wasRefused = true
      await checkout.receive(.notRecognised(track: track.id))
    }
  }

  private func leave(_ id: Int) async {
    guard let subject = subjects.removeValue(forKey: id) else { return }
    if subject.wasRefused && !subject.wasIdentified { metrics.count { $0.strangersRefused += 1 } }
    await checkout.receive(.faceLeft(track: id))
  }

  private func show(hints: [StudentView.Hint]) {
    if camera.latest.hints != hints { camera.send(CameraState(error: nil, hints: hints)) }
  }

  private func showPreview(_ frame: Frame) {
    guard previews.listenerCount > 0, frame.sequence.isMultiple(of: Self.previewEvery) else { return }
    if let picture = try? frame.jpeg(quality: 70, mostWidth: Self.previewWidth) { previews.send(picture) }
  }
}

/// One face that passed the gate, from then until it leaves.
private struct Subject {
  enum Decision {
    case looking(Consideration)
    case identified
    case refused(at: MonotonicInstant)
  }

  /// What was seen of a face in one round.
  struct Consideration {
    var evidence = FaceEvidence()
    var decision: SequentialDecision
  }

  /// When the first frame with a usable face was taken.
  let presentAt: MonotonicInstant
  /// nil until the first look of this round.
  var decision: Decision?
  var wasIdentified = false
  var wasRefused = false
}

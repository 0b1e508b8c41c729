public import CanteenCore
public import Imaging

/// Follows everybody in front of the camera, frame by frame, and finds out who the one is that may pay.
///
/// Only the nearest face is embedded, only while somebody's name is wanted, and only on frames that pass the gate. A
/// name is told once there are enough samples to say whether the face is alive, or none can be had.
public struct FaceExaminer {
  public enum Event: Sendable, Equatable {
    /// A face passed the gate for the first time.
    case present(track: Int)
    case left(track: Int, wasStranger: Bool)
    case identified(Identification)
    case lookAlikes(LookAlikeQuestion)
    case notRecognised(track: Int)
    /// A known face, shown by a print, a screen or a mask.
    case artefact(track: Int, ArtefactReason)
  }

  /// What one frame shows.
  public struct Sighting: Sendable, Equatable {
    /// In the order in which they happened; at most one of them names or refuses somebody.
    public var events: [Event] = []
    public var faces = 0
    /// Why the nearest face is not good enough yet.
    public var flaws: [QualityGate.Flaw] = []
    /// The nearest person may not pay the locked amount.
    public var keepsSomebodyWaiting = false

    public init() {}
  }

  private let recognizer: FaceRecognizer
  private let policy: IdentificationPolicy
  private let gate: QualityGate
  private let liveness: LivenessCheck
  private let clock: any MonotonicClock

  private var tracker = FaceTracker()
  private var binding = PayerBinding()
  private var subjects: [Int: ExaminedFace] = [:]
  private var round: IdentificationRound?
  private var roundStart = MonotonicInstant.start
  /// The nearest face of the last frame when it passed the gate.
  private var usable: UsableFace?
  private var present: [FaceTrack] = []
  private var infrared = InfraredView.none
  private var detectMilliseconds = 0.0

  public init(
    recognizer: FaceRecognizer, policy: IdentificationPolicy, gate: QualityGate = QualityGate(),
    liveness: LivenessCheck = LivenessCheck(), clock: any MonotonicClock
  ) {
    self.recognizer = recognizer
    self.policy = policy
    self.gate = gate
    self.liveness = liveness
    self.clock = clock
  }

  /// Looks at the next frame: who stands there, and who that is if a name is wanted.
  ///
  /// - Parameters:
  ///   - infrared: what the infrared camera shows at the same moment.
  ///   - wanted: nil while no name is wanted.
  public mutating func examine(
    _ frame: Frame, infrared: InfraredView = .none, wanted: IdentificationRound?, library: some FaceSearch
  ) throws(RecognitionError) -> Sighting {
    var sighting: Sighting
    do {
      sighting = try follow(frame, infrared: infrared)
    } catch {
      throw .imaging(error)
    }
    if let decision = try consider(frame, wanted: wanted, library: library) {
      sighting.events.append(decision)
    }
    sighting.keepsSomebodyWaiting = keepsSomebodyWaiting
    return sighting
  }

  /// Finds the faces of the frame and whom they belong to.
  private mutating func follow(_ frame: Frame, infrared: InfraredView) throws(ImagingError) -> Sighting {
    let start = clock.now
    usable = nil
    self.infrared = infrared
    let faces = try search(frame)
    let update = tracker.update(with: faces, at: frame.capturedAt)
    detectMilliseconds = start.duration(to: clock.now).milliseconds
    present = update.present
    var sighting = Sighting()
    (sighting.events, sighting.faces) = (leave(update.left), present.count)
    guard let nearest = present.first else { return sighting }
    // A person who has been named need not come closer, and more looks would change nothing.
    if case .identified = subjects[nearest.id]?.decision { return sighting }
    let quality = try recognizer.quality(
      of: nearest.face, besides: present.dropFirst().first?.face, in: frame)
    sighting.flaws = gate.flaws(of: quality)
    guard sighting.flaws.isEmpty else { return sighting }
    usable = UsableFace(track: nearest, quality: quality)
    if subjects[nearest.id] == nil {
      subjects[nearest.id] = ExaminedFace(
        presentAt: frame.capturedAt, infraredAlignment: liveness.infraredAlignment)
      sighting.events.append(.present(track: nearest.id))
    }
    try sampleLiveness(of: nearest, in: frame)
    return sighting
  }

  /// A glance is enough to notice that somebody comes. Then the same frame is searched properly, for a glance may miss
  /// the nearer of two.
  private func search(_ frame: Frame) throws(ImagingError) -> [DetectedFace] {
    if present.isEmpty,
      try recognizer.faces(in: frame, longSide: FaceRecognizer.glanceSide(of: frame)).isEmpty
    {
      return []
    }
    return try recognizer.faces(in: frame)
  }

  private mutating func sampleLiveness(of track: FaceTrack, in frame: Frame) throws(ImagingError) {
    guard liveness.policy != .off,
      subjects[track.id]?.wantsLivenessSample(at: frame.capturedAt, infrared: infrared) == true,
      let face = try recognizer.closeUp(of: track.face, in: frame)
    else { return }
    usable?.closeUp = face
    var seen: InfraredFrame?
    if case .frame(let picture) = infrared { seen = try InfraredFrame(picture, searchedBy: recognizer) }
    let detector = liveness.detector
    subjects[track.id]?.sampleLiveness(of: face, in: frame, infrared: seen, detector: detector)
  }

  /// Looks closer at the one who may pay, when a name is wanted.
  ///
  /// - Returns: what was decided with this frame, if anything was.
  private mutating func consider(
    _ frame: Frame, wanted: IdentificationRound?, library: some FaceSearch
  ) throws(RecognitionError) -> Event? {
    begin(wanted)
    guard let round else { return nil }
    if round.amountIsLocked {
      guard let payer = binding.payer(among: present, at: frame.capturedAt), payer.id == usable?.track.id
      else { return nil }
    }
    guard let usable, let subject = subjects[usable.track.id] else { return nil }
    var looking: ExaminedFace.Looking
    switch subject.decision {
    case .refused(let at) where at.duration(to: clock.now) < policy.retryAfter: return nil
    case .identified: return nil
    case .held(let verdict, let looked):
      return settle(verdict, of: usable.track.id, looked, at: frame.capturedAt)
    case .looking(let begun): looking = begun
    case .none, .refused:
      let presentAt = max(subject.presentAt, min(roundStart, frame.capturedAt))
      looking = ExaminedFace.Looking(
        presentAt: presentAt,
        decision: SequentialDecision(
          policy: policy, point: library.operatingPoint(for: policy), facePresentAt: presentAt))
    }
    let verdict = try look(at: usable, in: frame, library: library, &looking)
    return settle(verdict, of: usable.track.id, looking, at: frame.capturedAt)
  }

  private var keepsSomebodyWaiting: Bool {
    guard let round, round.amountIsLocked, let nearest = present.first else { return false }
    var binding = binding
    return binding.payer(among: present, at: nearest.lastSeenAt) == nil
  }

  /// The camera closed: everybody has left.
  public mutating func reset() -> Sighting {
    usable = nil
    present = []
    binding = PayerBinding()
    var sighting = Sighting()
    sighting.events = leave(tracker.reset())
    return sighting
  }

  private mutating func begin(_ wanted: IdentificationRound?) {
    guard wanted != round else { return }
    round = wanted
    roundStart = clock.now
    for id in Array(subjects.keys) { subjects[id]?.decision = nil }
    if wanted?.amountIsLocked == true { binding.lock(present: present, at: roundStart) }
  }

  private func look(
    at usable: UsableFace, in frame: Frame, library: some FaceSearch,
    _ looking: inout ExaminedFace.Looking
  ) throws(RecognitionError) -> SequentialDecision.Verdict {
    let start = clock.now
    guard let face = try closeUp(of: usable, in: frame) else { return .undecided }
    let embedding = try recognizer.embedding(of: face, in: frame)
    let embedded = clock.now
    let match = library.match(embedding)
    looking.evidence.add(embedding)
    looking.qualities.append(usable.quality)
    let mean = looking.evidence.match(library.match) ?? match
    let now = clock.now
    return looking.decision.add(
      SequentialDecision.Look(
        match: match, mean: mean,
        milliseconds: LookMilliseconds(
          detect: detectMilliseconds, embed: start.duration(to: embedded).milliseconds,
          search: embedded.duration(to: now).milliseconds)),
      at: now)
  }

  private func closeUp(of usable: UsableFace, in frame: Frame) throws(RecognitionError) -> DetectedFace? {
    if let face = usable.closeUp { return face }
    do {
      return try recognizer.closeUp(of: usable.track.face, in: frame)
    } catch {
      throw .imaging(error)
    }
  }

  private mutating func settle(
    _ verdict: SequentialDecision.Verdict, of track: Int, _ looking: ExaminedFace.Looking,
    at frameTime: MonotonicInstant
  ) -> Event? {
    let now = clock.now
    switch verdict {
    case .undecided:
      subjects[track]?.decision = .looking(looking)
      return nil
    case .notRecognised:
      subjects[track]?.decision = .refused(at: now)
      subjects[track]?.wasRefused = true
      return .notRecognised(track: track)
    case .identified, .lookAlikes:
      guard let subject = subjects[track] else { return nil }
      if liveness.policy != .off, subject.awaitsSamples(at: frameTime, infrared: infrared) {
        subjects[track]?.decision = .held(verdict, looking)
        return nil
      }
      if case .artefact(let reason) = subject.judge.verdict, !liveness.policy.admits(subject.judge.verdict) {
        subjects[track]?.decision = .refused(at: now)
        return .artefact(track: track, reason)
      }
      subjects[track]?.wasNamed = true
      return name(verdict, track: track, looking, subject, at: now)
    }
  }

  private mutating func name(
    _ verdict: SequentialDecision.Verdict, track: Int, _ looking: ExaminedFace.Looking,
    _ subject: ExaminedFace,
    at now: MonotonicInstant
  ) -> Event? {
    func completed(_ evidence: RecognitionEvidence) -> RecognitionEvidence {
      var evidence = evidence
      evidence.model = RecognitionModels.origin.modelSHA256
      evidence.quality = QualityEvidence(meanOf: looking.qualities)
      evidence.liveness = liveness.policy == .off ? nil : subject.judge.evidence
      evidence.milliseconds.faceToDecision = looking.presentAt.duration(to: now).milliseconds
      return evidence
    }
    switch verdict {
    case .identified(let person, let evidence):
      subjects[track]?.decision = .identified
      return .identified(
        Identification(
          track: track, user: person.user, evidence: completed(evidence), facePresentAt: looking.presentAt))
    case .lookAlikes(let candidates, let evidence):
      // Asked again after a while: whoever was asked may have left the question and come back.
      subjects[track]?.decision = .refused(at: now)
      return .lookAlikes(
        LookAlikeQuestion(
          track: track, candidates: candidates, evidence: completed(evidence),
          facePresentAt: looking.presentAt))
    case .undecided, .notRecognised:
      return nil
    }
  }

  private mutating func leave(_ tracks: [Int]) -> [Event] {
    var events: [Event] = []
    for track in tracks {
      binding.left(track)
      guard let subject = subjects.removeValue(forKey: track) else { continue }
      events.append(.left(track: track, wasStranger: subject.wasRefused && !subject.wasNamed))
    }
    return events
  }
}

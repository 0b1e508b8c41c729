import CanteenCore
import Imaging

/// Who a face is, and whether it is alive.
extension FaceExaminer {
  func embedding(of usable: UsableFace, in frame: Frame) throws(RecognitionError) -> Embedding? {
    guard let face = try closeUp(of: usable, in: frame) else { return nil }
    return try recognizer.embedding(of: face, in: frame)
  }

  /// - Parameter start: when the look began.
  func weigh(
    _ face: Embedding, quality: FaceQuality, since start: MonotonicInstant, library: some FaceSearch,
    _ looking: inout ExaminedFace.Looking
  ) -> SequentialDecision.Verdict {
    let embedded = clock.now
    let match = library.match(face)
    looking.evidence.add(face)
    looking.qualities.append(quality)
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

  func closeUp(of usable: UsableFace, in frame: Frame) throws(RecognitionError) -> DetectedFace? {
    if let face = usable.closeUp { return face }
    do {
      return try recognizer.closeUp(of: usable.track.face, in: frame)
    } catch {
      throw .imaging(error)
    }
  }

  /// Tells a name that was held back, once it is clear whether the face is alive and that it is still the same.
  mutating func confirm(
    _ verdict: SequentialDecision.Verdict, of usable: UsableFace, _ looking: ExaminedFace.Looking,
    in frame: Frame
  ) throws(RecognitionError) {
    let track = usable.track.id
    guard subjects[track]?.awaitsSamples(at: frame.capturedAt, infrared: infrared) == false,
      let face = try embedding(of: usable, in: frame)
    else { return }
    switch compare(face, of: usable.track, in: frame) {
    case .doubtful: break
    case .other: begins(another: track, in: frame)
    case .same: settle(verdict, of: usable, looking, in: frame)
    }
  }

  mutating func settle(
    _ verdict: SequentialDecision.Verdict, of usable: UsableFace, _ looking: ExaminedFace.Looking,
    in frame: Frame
  ) {
    let (track, now, frameTime) = (usable.track.id, clock.now, frame.capturedAt)
    switch verdict {
    case .undecided:
      subjects[track]?.decision = .looking(looking)
    case .notRecognised:
      // Words only: where they cannot be had, the refusal needs none.
      let covering = try? recognizer.covering(of: usable.closeUp ?? usable.track.face, in: frame)
      subjects[track]?.refuse(at: now, as: usable.quality, covering: covering)
      untold.append(.notRecognised(track: track))
    case .identified, .lookAlikes:
      subjects[track]?.judge.forget(at: frameTime)
      guard let subject = subjects[track] else { return }
      if liveness.policy != .off, subject.awaitsSamples(at: frameTime, infrared: infrared) {
        subjects[track]?.decision = .held(verdict, looking)
      } else if liveness.policy == .enforce, let reason = subject.flawOfLife {
        subjects[track]?.decision = .refused(at: now, as: usable.quality)
        untold.append(.artefact(track: track, reason))
      } else {
        subjects[track]?.wasNamed = true
        subjects[track]?.covering = nil
        name(verdict, track: track, looking, subject, at: now).map { untold.append($0) }
      }
    }
  }

  mutating func name(
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
      subjects[track]?.decision = .refused(at: now, as: nil)
      return .lookAlikes(
        LookAlikeQuestion(
          track: track, candidates: candidates, evidence: completed(evidence),
          facePresentAt: looking.presentAt))
    case .undecided, .notRecognised:
      return nil
    }
  }
}

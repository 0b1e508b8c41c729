import CanteenCore
import Imaging

/// The nearest face of one frame when it passed the gate.
struct UsableFace {
  let track: FaceTrack
  let quality: FaceQuality
  /// Only when it was already looked at close up.
  var closeUp: DetectedFace?
}

/// One face that passed the gate, from then until it leaves.
struct ExaminedFace {
  /// What was seen of a face in one round.
  struct Looking {
    let presentAt: MonotonicInstant
    var evidence = FaceEvidence()
    var qualities: [FaceQuality] = []
    var decision: SequentialDecision
    /// The face was walking when it was last looked at.
    var hasWalked = false
  }

  enum Decision {
    case looking(Looking)
    /// Decided, but not told before it is clear whether the face is alive.
    case held(SequentialDecision.Verdict, Looking)
    case identified
    /// - Parameter as: how the face was seen then; nil when better looks would change nothing.
    case refused(at: MonotonicInstant, as: FaceQuality?)
  }

  /// When the first frame with a usable face was taken.
  let presentAt: MonotonicInstant
  var judge = LivenessJudge()
  private var meter: LivenessMeter
  /// nil until the first look of this round.
  var decision: Decision?
  var wasNamed = false
  var wasRefused = false
  /// What hid a part of it when it was last not recognised.
  var covering: FaceCovering?
  /// The first look while it stood; every later one must show the same face.
  private(set) var anchor: Embedding?
  /// It was walking when ``anchor`` was taken, so that the next look takes its place.
  private var anchorIsProvisional = false
  /// Looks in a row that showed another face than ``anchor``.
  private var strangeLooks = 0
  /// It appeared where another face had just been: it is not believed to be alive before it has proved it.
  private(set) var mustProveLife: Bool
  /// Whose place it took.
  private var predecessor: VanishedFaces.Face?
  private(set) var lastLookAt: MonotonicInstant?
  /// Since when samples have been tried without a break: patience with them begins here, and not while it walks.
  private var tryingSince: MonotonicInstant?
  private var lastTriedAt: MonotonicInstant?

  /// One strange look may be a bad one.
  private static let strangeLooksOfAnother = 2
  /// After a refusal a look counts as better when it is so much sharper, nearer, or straighter.
  private static let (sharper, nearer, straighter): (Float, Float, Float) = (1.5, 1.2, 0.1)
  private static let leastPause: Duration = .milliseconds(250)
  private static let provingPatience: Duration = .seconds(2)
  /// After a break like this nothing is known of what stands there now, and patience begins anew.
  private static let longestBreak: Duration = .milliseconds(500)
  private static let idleInterval: Duration = .milliseconds(250)
  private static let wantedInterval: Duration = .milliseconds(60)
  /// A face whose liveness cannot be measured is not kept waiting any longer.
  private static let patience: Duration = .milliseconds(600)
  /// The same for one that the infrared camera has not seen yet; cameras need a second or two to open.
  private static let infraredPatience: Duration = .seconds(2)

  /// - Parameter other: the face at whose place it appeared a moment later.
  init(
    presentAt: MonotonicInstant, infraredAlignment: InfraredAlignment,
    replaces other: VanishedFaces.Face? = nil
  ) {
    self.presentAt = presentAt
    mustProveLife = other != nil
    predecessor = other
    meter = LivenessMeter(interval: Self.idleInterval, infraredAlignment: infraredAlignment)
  }

  /// It was refused and never named.
  var isStranger: Bool { wasRefused && !wasNamed }

  // MARK: Whose face it is

  /// Another face vanished where this one is now: what was seen of it so far proves nothing.
  mutating func tookPlace(of other: VanishedFaces.Face, by likeness: FaceLikeness) {
    if let anchor, let its = other.anchor, likeness.isSame(anchor, as: its), !other.mustProveLife { return }
    mustProveLife = true
    predecessor = other
    judge.startOver()
    meter.startOver()
    tryingSince = nil
  }

  /// What a look says about the face being the same as before.
  enum Sameness {
    case same
    /// The look counts for nothing.
    case doubtful
    case other
  }

  /// - Parameter frameTime: of the frame that was looked at.
  mutating func compare(
    _ face: Embedding, isWalking: Bool, by likeness: FaceLikeness, at now: MonotonicInstant,
    frameTime: MonotonicInstant
  ) -> Sameness {
    lastLookAt = now
    if let anchor, likeness.isOther(face, than: anchor) {
      strangeLooks += 1
      return strangeLooks < Self.strangeLooksOfAnother ? .doubtful : .other
    }
    strangeLooks = 0
    if anchor == nil {
      // Whatever was alive before the first look need not be what was looked at.
      judge.forget(before: frameTime)
      tryingSince = tryingSince.map { _ in frameTime }
      if let its = predecessor?.anchor, likeness.isSame(face, as: its) {
        mustProveLife = predecessor?.mustProveLife == true
      }
    }
    if anchor == nil || anchorIsProvisional { (anchor, anchorIsProvisional) = (face, isWalking) }
    return .same
  }

  /// It is none of those who are known.
  mutating func refuse(at now: MonotonicInstant, as quality: FaceQuality, covering: FaceCovering?) {
    decision = .refused(at: now, as: quality)
    wasRefused = true
    self.covering = covering
  }

  /// Whether a face that was refused is looked at again.
  func mayTryAgain(_ quality: FaceQuality, after pause: Duration, at now: MonotonicInstant) -> Bool {
    guard case .refused(let at, let then) = decision else { return true }
    let waited = at.duration(to: now)
    if waited >= pause { return true }
    guard let then, waited >= Self.leastPause else { return false }
    return quality.sharpness >= Self.sharper * then.sharpness || quality.height >= Self.nearer * then.height
      || quality.turn <= then.turn - Self.straighter
  }

  // MARK: Whether it is alive

  /// - Parameter isWanted: somebody's name is wanted now.
  mutating func wantsLivenessSample(at time: MonotonicInstant, isWanted: Bool) -> Bool {
    meter.interval = isWanted ? Self.wantedInterval : Self.idleInterval
    // A face that was just refused is not sampled until it is looked at again.
    if case .refused = decision {
      tryingSince = nil
      return false
    }
    if lastTriedAt.map({ $0.duration(to: time) > Self.longestBreak }) ?? true { tryingSince = nil }
    lastTriedAt = time
    tryingSince = tryingSince ?? time
    return meter.isDue(at: time)
  }

  mutating func sampleLiveness(
    of face: DetectedFace, in frame: Frame, quality: FaceQuality, infrared: InfraredFrame?,
    detector: (any PresentationAttackDetector)?
  ) {
    guard var sample = meter.sample(of: face, in: frame, infrared: infrared, detector: detector) else {
      return
    }
    sample.surface = FaceSurface(quality)
    if !judge.add(sample, at: frame.capturedAt) { meter.startOver() }
  }

  /// Why it may not pay; nil when it may.
  var flawOfLife: ArtefactReason? {
    if case .artefact(let reason) = judge.verdict { return reason }
    return mustProveLife && judge.verdict != .alive ? .tookAnothersPlace : nil
  }

  /// It is known, and must still be called alive.
  var mustMove: Bool {
    if case .held = decision { mustProveLife && judge.verdict != .alive } else { false }
  }

  func awaitsSamples(at now: MonotonicInstant, infrared: InfraredView) -> Bool {
    let waited = tryingSince?.duration(to: now) ?? .zero
    if mustProveLife, judge.verdict != .alive, waited < Self.provingPatience { return true }
    if !judge.hasSeenEnough, waited < Self.patience { return true }
    return switch infrared {
    case .none: false
    case .awaited, .frame: !judge.hasSeenEnoughInfrared && waited < Self.infraredPatience
    }
  }
}

extension QualityEvidence {
  init?(meanOf qualities: [FaceQuality]) {
    guard !qualities.isEmpty else { return nil }
    func mean(_ part: KeyPath<FaceQuality, Float>) -> Float {
      qualities.reduce(0) { $0 + $1[keyPath: part] } / Float(qualities.count)
    }
    self.init(
      height: mean(\.height), sharpness: mean(\.sharpness), brightness: mean(\.brightness),
      turn: mean(\.turn))
  }
}

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
  }

  enum Decision {
    case looking(Looking)
    /// Decided, but not told before it is clear whether the face is alive.
    case held(SequentialDecision.Verdict, Looking)
    case identified
    case refused(at: MonotonicInstant)
  }

  /// When the first frame with a usable face was taken.
  let presentAt: MonotonicInstant
  var judge = LivenessJudge()
  private var meter: LivenessMeter
  /// nil until the first look of this round.
  var decision: Decision?
  var wasNamed = false
  var wasRefused = false

  /// More samples would cost more than they tell.
  private static let mostSamples = 12
  /// A face whose liveness cannot be measured is not kept waiting any longer.
  private static let patience: Duration = .milliseconds(600)
  /// The same for one that the infrared camera has not seen yet; cameras need a second or two to open.
  private static let infraredPatience: Duration = .seconds(2)

  init(presentAt: MonotonicInstant, infraredAlignment: InfraredAlignment) {
    self.presentAt = presentAt
    meter = LivenessMeter(interval: .milliseconds(60), infraredAlignment: infraredAlignment)
  }

  func wantsLivenessSample(at time: MonotonicInstant, infrared: InfraredView) -> Bool {
    // A face that was just refused is not sampled until it is looked at again.
    if case .refused = decision { return false }
    let isComplete =
      switch infrared {
      case .none, .awaited: true
      case .frame: judge.hasSeenEnoughInfrared
      }
    return meter.isDue(at: time) && !(isComplete && judge.samples >= Self.mostSamples)
  }

  mutating func sampleLiveness(
    of face: DetectedFace, in frame: Frame, infrared: InfraredFrame?,
    detector: (any PresentationAttackDetector)?
  ) {
    if let sample = meter.sample(of: face, in: frame, infrared: infrared, detector: detector) {
      judge.add(sample)
    }
  }

  func awaitsSamples(at now: MonotonicInstant, infrared: InfraredView) -> Bool {
    let waited = presentAt.duration(to: now)
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

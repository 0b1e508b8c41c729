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
  private var meter = LivenessMeter(interval: .milliseconds(60))
  /// nil until the first look of this round.
  var decision: Decision?
  var wasNamed = false
  var wasRefused = false

  /// More samples would cost more than they tell.
  private static let mostSamples = 12
  /// A face whose liveness cannot be measured is not kept waiting any longer.
  private static let patience: Duration = .milliseconds(600)

  init(presentAt: MonotonicInstant) {
    self.presentAt = presentAt
  }

  func wantsLivenessSample(at time: MonotonicInstant) -> Bool {
    judge.samples < Self.mostSamples && meter.isDue(at: time)
  }

  mutating func sampleLiveness(of face: DetectedFace, in frame: Frame) {
    if let sample = meter.sample(of: face, in: frame) { judge.add(sample) }
  }

  func awaitsSamples(at now: MonotonicInstant) -> Bool {
    !judge.hasSeenEnough && presentAt.duration(to: now) < Self.patience
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

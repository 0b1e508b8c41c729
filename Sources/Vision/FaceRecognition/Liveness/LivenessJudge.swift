public import CanteenCore

/// Weighs the samples of one track. Its verdict is artefact only on strong evidence, alive when the face
/// moved as no flat sheet can and nothing contradicts it, and otherwise undecided.
public struct LivenessJudge: Sendable {
  /// Where evidence begins; docs/liveness.md tells how these were tuned.
  public struct Thresholds: Sendable, Equatable {
    /// Samples before anything is said.
    public var leastSamples = 4
    /// Places around the head that went with it, over all samples, and their share of those that went or stayed.
    public var leastSurroundings = 20
    public var surroundingsShare: Float = 0.75
    /// A sheet is flat when it was seen from lines of sight this many degrees apart, or stretched this much …
    public var flatTravel: Float = 2
    public var flatStretch: Float = 0.06
    /// … and turned no farther than this, in degrees, in any sample.
    public var flatTurn: Float = 0.8
    /// Height of a display's peaks, as the median of the samples.
    public var greyPeak: Float = 30
    public var colourPeak: Float = 36
    /// Share of the infrared looks without a face.
    public var infraredMissing: Float = 0.7
    /// Contrast of an infrared face, as the median of the samples.
    public var infraredContrast: Float = 0.1
    /// A head turned at least this far, in degrees, and this many standard errors.
    public var aliveTurn: Float = 2.5
    public var aliveErrors: Float = 4

    public init() {}
  }

  public var thresholds: Thresholds

  public private(set) var samples = 0
  private var turns: [Float] = []
  /// Turns of at least ``Thresholds/aliveErrors`` standard errors; 0 in place of each other one.
  private var sureTurns: [Float] = []
  private var travel: Float = 0
  private var stretches: [Float] = []
  private var eyeChange: Float = 0
  private var went = 0
  private var stayed = 0
  private var lost = 0
  private var spectra: [FaceSpectrum] = []
  private var infraredContrasts: [Float] = []
  private var infraredMissing = 0
  private var infraredUnseen = 0
  private var opinions: [Float] = []

  public init(thresholds: Thresholds = Thresholds()) {
    self.thresholds = thresholds
  }

  public mutating func add(_ sample: LivenessSample) {
    samples += 1
    if let motion = sample.motion { add(motion) }
    if let spectrum = sample.spectrum { spectra.append(spectrum) }
    switch sample.infrared {
    case .face(let contrast): infraredContrasts.append(contrast)
    case .noFace: infraredMissing += 1
    case .unseen: infraredUnseen += 1
    case nil: break
    }
    if let opinion = sample.detector { opinions.append(opinion.liveness - opinion.threshold) }
  }

  private mutating func add(_ motion: FaceMotion) {
    went += motion.surroundingsThatWent
    stayed += motion.surroundingsThatStayed
    lost += motion.surroundingsLost
    guard let turn = motion.turn, turn.isFinite else { return }
    turns.append(turn)
    sureTurns.append(turn >= thresholds.aliveErrors * motion.turnError ? turn : 0)
    travel = max(travel, motion.travel)
    stretches.append(motion.stretch)
    eyeChange = max(eyeChange, motion.eyeChange ?? 0)
  }

  /// True when there are enough samples to say something.
  public var hasSeenEnough: Bool { samples >= thresholds.leastSamples }

  /// True when the infrared camera was asked often enough to say something.
  public var hasSeenEnoughInfrared: Bool {
    infraredContrasts.count + infraredMissing + infraredUnseen >= thresholds.leastSamples
  }

  public var verdict: LivenessVerdict {
    if let reason = artefact { return .artefact(reason) }
    return hasSeenEnough && upperQuarter(sureTurns) >= thresholds.aliveTurn
      ? .alive : .undecided
  }

  /// The first of the reasons that holds, the surest first.
  private var artefact: ArtefactReason? {
    let enough = thresholds.leastSamples
    let infraredLooks = infraredContrasts.count + infraredMissing
    if infraredLooks >= enough, Float(infraredMissing) >= thresholds.infraredMissing * Float(infraredLooks) {
      return .noInfraredFace
    }
    if infraredContrasts.count >= enough, median(infraredContrasts) < thresholds.infraredContrast {
      return .faintInfraredFace
    }
    if opinions.count >= enough, median(opinions) < 0 { return .detector }
    if went >= thresholds.leastSurroundings,
      Float(went) >= thresholds.surroundingsShare * Float(went + stayed)
    {
      return .surroundingsMove
    }
    if spectra.count >= enough,
      median(spectra.map(\.greyPeak)) >= thresholds.greyPeak
        || median(spectra.map(\.colourPeak)) >= thresholds.colourPeak
    {
      return .displayGrid
    }
    if turns.count >= enough, upperQuarter(turns) <= thresholds.flatTurn,
      travel >= thresholds.flatTravel || upperQuarter(stretches) >= thresholds.flatStretch
    {
      return .flat
    }
    return nil
  }

  /// What goes with the order; the names are explained in docs/liveness.md.
  public var evidence: LivenessEvidence {
    var cues: [String: Float] = [:]
    if !turns.isEmpty {
      cues["turn"] = upperQuarter(turns)
      cues["sure_turn"] = upperQuarter(sureTurns)
      cues["travel"] = travel
      cues["stretch"] = upperQuarter(stretches)
      cues["eye_change"] = eyeChange
    }
    if went + stayed + lost > 0 {
      cues["around_went"] = Float(went)
      cues["around_stayed"] = Float(stayed)
      cues["around_lost"] = Float(lost)
    }
    if !spectra.isEmpty {
      cues["grey_peak"] = median(spectra.map(\.greyPeak))
      cues["colour_peak"] = median(spectra.map(\.colourPeak))
    }
    if !infraredContrasts.isEmpty { cues["infrared_contrast"] = median(infraredContrasts) }
    if infraredMissing + infraredContrasts.count > 0 {
      cues["infrared_missing"] = Float(infraredMissing) / Float(infraredMissing + infraredContrasts.count)
    }
    if infraredUnseen > 0 { cues["infrared_unseen"] = Float(infraredUnseen) }
    if !opinions.isEmpty { cues["detector_margin"] = median(opinions) }
    return LivenessEvidence(verdict: verdict, samples: samples, cues: cues)
  }

  private func median(_ values: [Float]) -> Float { values.sorted()[values.count / 2] }

  private func upperQuarter(_ values: [Float]) -> Float {
    values.isEmpty ? 0 : values.sorted()[values.count * 3 / 4]
  }
}

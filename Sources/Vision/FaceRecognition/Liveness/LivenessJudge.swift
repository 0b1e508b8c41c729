public import CanteenCore

/// Weighs the samples of one face within the last second. Its verdict is artefact only on strong evidence, alive when
/// the face moved as no flat sheet can and nothing contradicts it, and otherwise undecided.
///
/// What was seen earlier says nothing about what stands there now; a camera that sends few frames is given time for
/// ``Thresholds/leastSamples``.
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
    /// No head turns farther than this, in degrees, while it looks at the camera: this is another face.
    public var mostTurn: Float = 20

    public init() {}
  }

  public var thresholds: Thresholds

  /// Samples older than this no longer count …
  static let memory: Duration = .seconds(1)
  /// … unless there are too few, and those older than this never.
  static let longestMemory: Duration = .seconds(4)

  /// A change of the surface within this time is a jump.
  private static let surfaceHolds: Duration = .milliseconds(400)

  private var kept: [(at: MonotonicInstant, sample: LivenessSample)] = []
  private var sums = Sums()

  /// What the kept samples add up to.
  private struct Sums {
    var turns: [Float] = []
    /// Turns of at least ``Thresholds/aliveErrors`` standard errors; 0 in place of each other one.
    var sureTurns: [Float] = []
    var travel: Float = 0
    var stretches: [Float] = []
    var eyeChange: Float = 0
    var went = 0
    var stayed = 0
    var lost = 0
    var spectra: [FaceSpectrum] = []
    var infraredContrasts: [Float] = []
    var infraredMissing = 0
    var infraredUnseen = 0
    var opinions: [Float] = []

    init() {}

    init(_ samples: [LivenessSample], under thresholds: Thresholds) {
      for sample in samples { add(sample, under: thresholds) }
    }

    private mutating func add(_ sample: LivenessSample, under thresholds: Thresholds) {
      if let motion = sample.motion { add(motion, under: thresholds) }
      if let spectrum = sample.spectrum { spectra.append(spectrum) }
      switch sample.infrared {
      case .face(let contrast): infraredContrasts.append(contrast)
      case .noFace: infraredMissing += 1
      case .unseen: infraredUnseen += 1
      case nil: break
      }
      if let opinion = sample.detector { opinions.append(opinion.liveness - opinion.threshold) }
    }

    private mutating func add(_ motion: FaceMotion, under thresholds: Thresholds) {
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
  }

  public init(thresholds: Thresholds = Thresholds()) {
    self.thresholds = thresholds
  }

  /// A sample that shows another face or another surface, a sheet or a screen perhaps, takes the proof of life away, and
  /// only that: whoever makes a screen flicker or jerks it shall not get rid of what speaks against it.
  ///
  /// - Returns: false for such a sample; motion is measured anew from here.
  @discardableResult
  public mutating func add(_ sample: LivenessSample, at now: MonotonicInstant) -> Bool {
    var sample = sample
    let jumps =
      sample.motion?.turn.map { $0 > thresholds.mostTurn } ?? false || changesSurface(sample, at: now)
    if jumps {
      sample.motion = nil
      for index in kept.indices { kept[index].sample.motion?.turnError = .infinity }
    }
    kept.append((now, sample))
    forget(at: now)
    return !jumps
  }

  private func changesSurface(_ sample: LivenessSample, at now: MonotonicInstant) -> Bool {
    guard let surface = sample.surface, let last = kept.last, let earlier = last.sample.surface,
      last.at.duration(to: now) <= Self.surfaceHolds
    else { return false }
    return surface.isOther(than: earlier)
  }

  /// What was seen so far is no longer this face.
  public mutating func startOver() {
    kept = []
    sums = Sums()
  }

  /// Only what was seen from this time on is known to be this face.
  mutating func forget(before time: MonotonicInstant) {
    kept.removeAll { $0.at < time }
    sums = Sums(kept.map(\.sample), under: thresholds)
  }

  /// Samples that are too old at this time no longer count.
  public mutating func forget(at now: MonotonicInstant) {
    kept.removeAll { $0.at.duration(to: now) > Self.longestMemory }
    let recent = kept.count { $0.at.duration(to: now) <= Self.memory }
    kept.removeFirst(kept.count - min(kept.count, max(recent, thresholds.leastSamples)))
    sums = Sums(kept.map(\.sample), under: thresholds)
  }

  /// How many count.
  public var samples: Int { kept.count }

  /// True when there are enough samples to say something.
  public var hasSeenEnough: Bool { samples >= thresholds.leastSamples }

  /// True when the infrared camera was asked often enough to say something.
  public var hasSeenEnoughInfrared: Bool {
    sums.infraredContrasts.count + sums.infraredMissing + sums.infraredUnseen >= thresholds.leastSamples
  }

  public var verdict: LivenessVerdict {
    if let reason = artefact { return .artefact(reason) }
    return hasSeenEnough && upperQuarter(sums.sureTurns) >= thresholds.aliveTurn
      ? .alive : .undecided
  }

  /// The first of the reasons that holds, the surest first.
  private var artefact: ArtefactReason? {
    let enough = thresholds.leastSamples
    let infraredLooks = sums.infraredContrasts.count + sums.infraredMissing
    if infraredLooks >= enough,
      Float(sums.infraredMissing) >= thresholds.infraredMissing * Float(infraredLooks)
    {
      return .noInfraredFace
    }
    if sums.infraredContrasts.count >= enough, median(sums.infraredContrasts) < thresholds.infraredContrast {
      return .faintInfraredFace
    }
    if sums.opinions.count >= enough, median(sums.opinions) < 0 { return .detector }
    if sums.went >= thresholds.leastSurroundings,
      Float(sums.went) >= thresholds.surroundingsShare * Float(sums.went + sums.stayed)
    {
      return .surroundingsMove
    }
    if sums.spectra.count >= enough,
      median(sums.spectra.map(\.greyPeak)) >= thresholds.greyPeak
        || median(sums.spectra.map(\.colourPeak)) >= thresholds.colourPeak
    {
      return .displayGrid
    }
    if sums.turns.count >= enough, upperQuarter(sums.turns) <= thresholds.flatTurn,
      sums.travel >= thresholds.flatTravel || upperQuarter(sums.stretches) >= thresholds.flatStretch
    {
      return .flat
    }
    return nil
  }

  /// What goes with the order; the names are explained in docs/liveness.md.
  public var evidence: LivenessEvidence {
    var cues: [String: Float] = [:]
    if !sums.turns.isEmpty {
      cues["turn"] = upperQuarter(sums.turns)
      cues["sure_turn"] = upperQuarter(sums.sureTurns)
      cues["travel"] = sums.travel
      cues["stretch"] = upperQuarter(sums.stretches)
      cues["eye_change"] = sums.eyeChange
    }
    if sums.went + sums.stayed + sums.lost > 0 {
      cues["around_went"] = Float(sums.went)
      cues["around_stayed"] = Float(sums.stayed)
      cues["around_lost"] = Float(sums.lost)
    }
    if !sums.spectra.isEmpty {
      cues["grey_peak"] = median(sums.spectra.map(\.greyPeak))
      cues["colour_peak"] = median(sums.spectra.map(\.colourPeak))
    }
    if !sums.infraredContrasts.isEmpty { cues["infrared_contrast"] = median(sums.infraredContrasts) }
    if sums.infraredMissing + sums.infraredContrasts.count > 0 {
      cues["infrared_missing"] =
        Float(sums.infraredMissing) / Float(sums.infraredMissing + sums.infraredContrasts.count)
    }
    if sums.infraredUnseen > 0 { cues["infrared_unseen"] = Float(sums.infraredUnseen) }
    if !sums.opinions.isEmpty { cues["detector_margin"] = median(sums.opinions) }
    return LivenessEvidence(verdict: verdict, samples: samples, cues: cues)
  }

  private func median(_ values: [Float]) -> Float { values.sorted()[values.count / 2] }

  private func upperQuarter(_ values: [Float]) -> Float {
    values.isEmpty ? 0 : values.sorted()[values.count * 3 / 4]
  }
}

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
    /// This face is now the nearest of those that passed the gate.
    case nearest(track: Int)
    case left(track: Int, wasStranger: Bool)
    /// The camera had lost this face: it is the one that left under an earlier track.
    case cameBack(track: Int, from: Int)
    /// The locked amount belongs to this face now.
    case ownsAmount(track: Int)
    /// This face is not the one that owns the amount and has left.
    case claimRefused(track: Int)
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
    /// The round in which names were wanted when the frame was examined.
    public var round: Int?
    public var faces = 0
    /// Why the nearest face is not good enough yet.
    public var flaws: [QualityGate.Flaw] = []
    /// The nearest person may not pay the locked amount.
    public var keepsSomebodyWaiting = false
    /// Why the nearest face may not have been recognised.
    public var covering: FaceCovering?
    /// Nobody can be seen for want of light.
    public var isTooDark = false
    /// The nearest face is known and has yet to show that it is alive: it should move a little.
    public var shouldMove = false

    public init() {}
  }

  static let betweenAssurances: Duration = .milliseconds(500)
  /// Whoever only passes by need not be told whose amount it is.
  static let passingBy: Duration = .milliseconds(500)

  let recognizer: FaceRecognizer
  let policy: IdentificationPolicy
  let gate: QualityGate
  let liveness: LivenessCheck
  let clock: any MonotonicClock

  let likeness = FaceLikeness()

  var tracker = FaceTracker()
  var binding: PayerBinding
  /// The last face that was said to be nearest.
  var nearestTold: Int?
  /// Since when the nearest face is not the one that owns the amount.
  var othersAmountSince: MonotonicInstant?
  var subjects: [Int: ExaminedFace] = [:]
  var round: IdentificationRound?
  /// The amount that was last bound. One that waited meanwhile keeps its owner.
  var boundAmount: Int?
  var ownerTold: Int?
  /// What happened and was not told yet: a frame that cannot be worked on must not lose it.
  var untold: [Event] = []
  var roundStart = MonotonicInstant.start
  /// The nearest face of the last frame when it passed the gate.
  var usable: UsableFace?
  var present: [FaceTrack] = []
  var unseen: [FaceTrack] = []
  var vanished = VanishedFaces()
  var departed = DepartedFaces()
  var darkRoom = DarkRoom()
  var infrared = InfraredView.none
  var detectMilliseconds = 0.0

  public init(
    recognizer: FaceRecognizer, policy: IdentificationPolicy, gate: QualityGate = QualityGate(),
    liveness: LivenessCheck = LivenessCheck(), clock: any MonotonicClock
  ) {
    self.recognizer = recognizer
    self.policy = policy
    self.gate = gate
    binding = PayerBinding(mostRival: gate.mostRival, leastHeight: gate.leastHeight)
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
      sighting = try follow(frame, infrared: infrared, isWanted: wanted?.wantsNames == true)
    } catch {
      throw .imaging(error)
    }
    try consider(frame, wanted: wanted, library: library)
    (sighting.events, untold) = (untold, [])
    sighting.round = wanted?.number
    sighting.shouldMove = usable.map { subjects[$0.track.id]?.mustMove == true } ?? false
    sighting.keepsSomebodyWaiting =
      othersAmountSince.map { $0.duration(to: frame.capturedAt) >= Self.passingBy } ?? false
    sighting.covering = present.first.flatMap { subjects[$0.id]?.covering }
    return sighting
  }

  /// Finds the faces of the frame and whom they belong to.
  private mutating func follow(_ frame: Frame, infrared: InfraredView, isWanted: Bool) throws(ImagingError)
    -> Sighting
  {
    let start = clock.now
    usable = nil
    self.infrared = infrared
    let faces = try search(frame)
    let update = tracker.update(with: faces, at: frame.capturedAt)
    detectMilliseconds = start.duration(to: clock.now).milliseconds
    (present, unseen) = (update.present, update.unseen)
    binding.see(present, unseen: unseen, at: frame.capturedAt)
    notice(unseen + update.left, in: frame)
    var sighting = Sighting()
    sighting.faces = present.count
    for track in update.left where track.face.box.isInside(frame) {
      departed.add(track.id, looking: subjects[track.id]?.anchor, at: frame.capturedAt)
    }
    leave(update.left.map(\.id))
    sighting.isTooDark = darkRoom.notice(frame, showsFaces: !present.isEmpty)
    guard let nearest = present.first else { return sighting }
    // A person who has been named need not come closer.
    if case .identified = subjects[nearest.id]?.decision, !isTimeToLookAgain(at: nearest.id, frame) {
      return sighting
    }
    let quality = try recognizer.quality(
      of: nearest.face, besides: present.dropFirst().first?.face, in: frame)
    sighting.flaws = gate.flaws(of: quality)
    guard sighting.flaws.isEmpty else { return sighting }
    let usable = UsableFace(track: nearest, quality: quality)
    self.usable = usable
    if subjects[nearest.id] == nil {
      subjects[nearest.id] = ExaminedFace(
        presentAt: frame.capturedAt, infraredAlignment: liveness.infraredAlignment,
        replaces: vanished.predecessor(of: nearest.id))
      untold.append(.present(track: nearest.id))
    }
    if nearestTold != nearest.id {
      nearestTold = nearest.id
      untold.append(.nearest(track: nearest.id))
    }
    try sampleLiveness(of: usable, in: frame, isWanted: isWanted)
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

  private mutating func sampleLiveness(of usable: UsableFace, in frame: Frame, isWanted: Bool)
    throws(ImagingError)
  {
    let (track, quality) = (usable.track, usable.quality)
    // What a face that walks shows is half blur.
    guard liveness.policy != .off, !track.isWalking,
      subjects[track.id]?.wantsLivenessSample(at: frame.capturedAt, isWanted: isWanted) == true,
      let face = try recognizer.closeUp(of: track.face, in: frame)
    else { return }
    self.usable?.closeUp = face
    var seen: InfraredFrame?
    if case .frame(let picture) = infrared {
      // A picture that cannot be worked on shows nothing; the colour camera goes on.
      seen = try? InfraredFrame(picture, searchedBy: recognizer)
    }
    let detector = liveness.detector
    subjects[track.id]?.sampleLiveness(
      of: face, in: frame, quality: quality, infrared: seen, detector: detector)
  }

  /// Looks closer at the one who may pay, when a name is wanted.
  private mutating func consider(
    _ frame: Frame, wanted: IdentificationRound?, library: some FaceSearch
  ) throws(RecognitionError) {
    begin(wanted, at: frame.capturedAt)
    let turn = round?.amount == nil ? nil : binding.turn(among: present, unseen: unseen, at: frame.capturedAt)
    tellOwner()
    guard let round, round.wantsNames else { return try takeFirstLook(in: frame) }
    if let turn {
      guard try payer(turn, in: frame)?.id == usable?.track.id else { return try takeFirstLook(in: frame) }
    }
    guard let usable, let subject = subjects[usable.track.id] else { return }
    let track = usable.track.id
    let isWalking = usable.track.isWalking
    var looking: ExaminedFace.Looking
    switch subject.decision {
    case .identified:
      return round.amount != nil ? () : try lookAgain(at: usable, in: frame)
    case .held(let verdict, let looked):
      return try confirm(verdict, of: usable, looked, in: frame)
    case .refused where !subject.mayTryAgain(usable.quality, after: policy.retryAfter, at: clock.now):
      return
    // What was seen of a face that walked says less than the first look at one that stands.
    case .looking(let begun) where isWalking || !begun.hasWalked: looking = begun
    case .looking, .none, .refused:
      let presentAt = max(subject.presentAt, min(roundStart, frame.capturedAt))
      looking = ExaminedFace.Looking(
        presentAt: presentAt,
        decision: SequentialDecision(
          policy: policy, point: library.operatingPoint(for: policy), facePresentAt: presentAt))
    }
    looking.hasWalked = isWalking
    let start = clock.now
    guard let face = try embedding(of: usable, in: frame) else { return }
    switch compare(face, of: usable.track, in: frame) {
    case .doubtful: return
    case .other: return begins(another: track, in: frame)
    case .same: break
    }
    let verdict = weigh(face, quality: usable.quality, since: start, library: library, &looking)
    if verdict == .notRecognised, isWalking {
      subjects[track]?.decision = nil
      return
    }
    settle(verdict, of: usable, looking, in: frame)
  }

  private mutating func tellOwner() {
    guard let owner = binding.ownerTrack, owner != ownerTold else { return }
    ownerTold = owner
    untold.append(.ownsAmount(track: owner))
  }

  /// Who may pay the locked amount in this frame.
  private mutating func payer(_ turn: PayerBinding.Turn, in frame: Frame) throws(RecognitionError)
    -> FaceTrack?
  {
    if case .payer(let track) = turn {
      othersAmountSince = nil
      return track
    }
    if case .claimant(let track) = turn, let usable, usable.track.id == track.id,
      let face = try embedding(of: usable, in: frame)
    {
      if binding.isOwner(track.id, showing: face, by: likeness, at: frame.capturedAt) {
        othersAmountSince = nil
        tellOwner()
        return nil
      }
      untold.append(.claimRefused(track: track.id))
    }
    othersAmountSince = turn == .nobody ? nil : othersAmountSince ?? frame.capturedAt
    return nil
  }

  /// The camera closed: everybody has left.
  public mutating func reset() -> Sighting {
    usable = nil
    (present, unseen) = ([], [])
    vanished.forgetAll()
    (nearestTold, othersAmountSince) = (nil, nil)
    leave(tracker.reset())
    departed.forgetAll()
    var sighting = Sighting()
    (sighting.events, untold) = (untold, [])
    return sighting
  }

  private mutating func begin(_ wanted: IdentificationRound?, at frameTime: MonotonicInstant) {
    guard wanted != round else { return }
    let earlier = round
    round = wanted
    guard let wanted else { return othersAmountSince = nil }
    binding.served = wanted.served
    if let amount = wanted.amount, amount != boundAmount {
      (boundAmount, ownerTold) = (amount, nil)
      binding.lock(
        present: present, unseen: vanished.tracks, isHandedOn: wanted.isHandedOn, at: frameTime)
    }
    guard
      wanted.number != earlier?.number || wanted.amount != earlier?.amount
        || wanted.wantsNames != earlier?.wantsNames
    else { return }
    roundStart = clock.now
    for track in Array(subjects.keys) { subjects[track]?.decision = nil }
    othersAmountSince = nil
  }

  private mutating func leave(_ tracks: [Int]) {
    for track in tracks {
      if nearestTold == track { nearestTold = nil }
      let subject = subjects.removeValue(forKey: track)
      binding.left(track, anchor: subject?.anchor)
      if let subject { untold.append(.left(track: track, wasStranger: subject.isStranger)) }
    }
  }
}

/// Weighs the looks at one face until they decide: accept as soon as the evidence suffices, keep looking
/// while it does not, refuse after the last look, or as soon as more looks are hopeless.
///
/// What counts is the mean score over *all* looks, good and poor; a person is named when it reaches the threshold,
/// leads the best other person by the margin, and enough single looks put the same person first. Two looks that
/// each alone would name different persons are two faces on one track: nobody is named, whoever leads.
public struct SequentialDecision: Sendable {
  public struct Look: Sendable {
    /// This look alone.
    public let match: LibraryMatch
    /// The mean of all looks so far, this one included.
    public let mean: LibraryMatch
    public let milliseconds: LookMilliseconds

    public init(match: LibraryMatch, mean: LibraryMatch, milliseconds: LookMilliseconds) {
      self.match = match
      self.mean = mean
      self.milliseconds = milliseconds
    }
  }

  public enum Verdict: Sendable, Equatable {
    case undecided
    case identified(LibraryPerson, RecognitionEvidence)
    /// The face is one of these people, the likeliest first, and does not show which.
    case lookAlikes([LibraryPerson], RecognitionEvidence)
    case notRecognised
  }

  private let policy: IdentificationPolicy
  private let point: OperatingPoint
  private let facePresentAt: MonotonicInstant
  private var looks: [Look] = []

  public init(policy: IdentificationPolicy, point: OperatingPoint, facePresentAt: MonotonicInstant) {
    self.policy = policy
    self.point = point
    self.facePresentAt = facePresentAt
  }

  public mutating func add(_ look: Look, at now: MonotonicInstant) -> Verdict {
    looks.append(look)
    let named = Set(looks.compactMap { isEnough($0.match) ? $0.match.best?.person.user.outUserID : nil })
    guard named.count <= 1 else { return .notRecognised }
    let isLast = looks.count >= policy.looksToRefuse || isHopeless(look.mean)
    guard let best = look.mean.best, best.cosine >= point.threshold,
      agreeing(with: best) >= policy.looksToAgree
    else { return isLast ? .notRecognised : .undecided }
    let others = othersItMayBe(look.mean)
    if others.isEmpty { return .identified(best.person, evidence(for: best, look.mean, at: now)) }
    guard isLast || !best.person.lookAlikes.isEmpty else { return .undecided }
    return .lookAlikes([best.person] + others, evidence(for: best, look.mean, at: now))
  }

  private func isHopeless(_ mean: LibraryMatch) -> Bool {
    looks.count >= policy.looksToAgree && (mean.best?.cosine ?? -1) < point.hopeless
  }

  private func isEnough(_ match: LibraryMatch) -> Bool {
    guard let best = match.best, best.cosine >= point.threshold else { return false }
    return leads(match)
  }

  private func leads(_ match: LibraryMatch) -> Bool {
    guard let best = match.best, let runnerUp = match.runnerUp else { return true }
    return best.cosine - runnerUp.cosine >= point.margin
  }

  /// Looks that put this person first.
  private func agreeing(with best: LibraryMatch.Candidate) -> Int {
    looks.count { $0.match.best?.person.user.outUserID == best.person.user.outUserID }
  }

  /// The people whom the gateway listed as look-alikes, and the runner-up when it is too near in this
  /// presentation.
  private func othersItMayBe(_ mean: LibraryMatch) -> [LibraryPerson] {
    var others = mean.lookAlikes
    if !leads(mean), let near = mean.runnerUp?.person, !others.contains(where: { $0.user == near.user }) {
      others.insert(near, at: 0)
    }
    return others
  }

  private func evidence(
    for best: LibraryMatch.Candidate, _ mean: LibraryMatch, at now: MonotonicInstant
  ) -> RecognitionEvidence {
    RecognitionEvidence(
      score: best.cosine,
      runnerUp: mean.runnerUp?.cosine,
      threshold: point.threshold,
      margin: point.margin,
      framesAgreed: agreeing(with: best),
      framesSeen: looks.count,
      people: point.people,
      libraryVersion: mean.libraryVersion,
      milliseconds: StageMilliseconds(
        detect: average(\.detect), embed: average(\.embed), search: average(\.search),
        faceToDecision: facePresentAt.duration(to: now).milliseconds))
  }

  private func average(_ stage: KeyPath<LookMilliseconds, Double>) -> Double {
    looks.reduce(0) { $0 + $1.milliseconds[keyPath: stage] } / Double(max(1, looks.count))
  }
}

/// How long the stages of one look took.
public struct LookMilliseconds: Sendable, Equatable {
  public let detect: Double
  public let embed: Double
  public let search: Double

  public init(detect: Double, embed: Double, search: Double) {
    self.detect = detect
    self.embed = embed
    self.search = search
  }
}

/// When several looks at a face are enough to name a person, and when they are enough to give up.
public struct IdentificationPolicy: Sendable, Equatable {
  /// Least cosine of a look that counts for a person.
  public var threshold: Float
  /// Least distance to the best *other* person.
  public var margin: Float
  /// Looks that must agree.
  public var looksToAgree: Int
  /// Looks after which an undecided face is refused.
  public var looksToRefuse: Int
  /// A refused face that stays is looked at again after this time.
  public var retryAfter: Duration

  public init(
    threshold: Float = 0.5, margin: Float = 0.1, looksToAgree: Int = 3, looksToRefuse: Int = 8,
    retryAfter: Duration = .seconds(2)
  ) {
    self.threshold = threshold
    self.margin = margin
    self.looksToAgree = looksToAgree
    self.looksToRefuse = looksToRefuse
    self.retryAfter = retryAfter
  }
}

/// The two most similar persons of the library for one look; persons, not templates.
public struct LibraryMatch: Sendable, Equatable {
  public struct Candidate: Sendable, Equatable {
    public let user: RecognisedUser
    public let cosine: Float

    public init(user: RecognisedUser, cosine: Float) {
      self.user = user
      self.cosine = cosine
    }
  }

  public let best: Candidate?
  public let runnerUp: Candidate?
  public let libraryVersion: Int64

  public init(best: Candidate?, runnerUp: Candidate?, libraryVersion: Int64) {
    self.best = best
    self.runnerUp = runnerUp
    self.libraryVersion = libraryVersion
  }
}

/// Sums up the looks at one face until they decide.
///
/// A look counts for the best person when the cosine reaches the threshold and the runner-up is a margin
/// behind. Looks for two different persons never add up: the face is refused, whoever leads.
public struct SequentialDecision: Sendable {
  public struct Look: Sendable {
    public let match: LibraryMatch
    public let detect: Duration
    public let embed: Duration
    public let search: Duration

    public init(match: LibraryMatch, detect: Duration, embed: Duration, search: Duration) {
      self.match = match
      self.detect = detect
      self.embed = embed
      self.search = search
    }
  }

  public enum Verdict: Sendable, Equatable {
    case undecided
    case identified(RecognisedUser, RecognitionEvidence)
    case notRecognised
  }

  private let policy: IdentificationPolicy
  private let facePresentAt: MonotonicInstant
  private var looks: [Look] = []

  public init(policy: IdentificationPolicy, facePresentAt: MonotonicInstant) {
    self.policy = policy
    self.facePresentAt = facePresentAt
  }

  public mutating func add(_ look: Look, at now: MonotonicInstant) -> Verdict {
    looks.append(look)
    let agreeing = looks.filter(counts)
    let persons = Set(agreeing.compactMap { $0.match.best?.user.outUserID })
    if persons.count == 1, agreeing.count >= policy.looksToAgree, let user = look.match.best?.user,
      persons.contains(user.outUserID)
    {
      return .identified(user, evidence(of: agreeing, at: now))
    }
    return looks.count >= policy.looksToRefuse || persons.count > 1 ? .notRecognised : .undecided
  }

  private func counts(_ look: Look) -> Bool {
    guard let best = look.match.best, best.cosine >= policy.threshold else { return false }
    guard let runnerUp = look.match.runnerUp else { return true }
    return best.cosine - runnerUp.cosine >= policy.margin
  }

  private func evidence(of agreeing: [Look], at now: MonotonicInstant) -> RecognitionEvidence {
    let cosines = agreeing.compactMap { $0.match.best?.cosine }
    return RecognitionEvidence(
      score: cosines.reduce(0, +) / Float(max(1, cosines.count)),
      runnerUp: agreeing.compactMap { $0.match.runnerUp?.cosine }.max(),
      threshold: policy.threshold,
      margin: policy.margin,
      framesAgreed: agreeing.count,
      framesSeen: looks.count,
      libraryVersion: agreeing.last?.match.libraryVersion ?? 0,
      milliseconds: StageMilliseconds(
        detect: mean(\.detect), embed: mean(\.embed), search: mean(\.search),
        faceToDecision: facePresentAt.duration(to: now).milliseconds))
  }

  private func mean(_ stage: KeyPath<Look, Duration>) -> Double {
    looks.reduce(0) { $0 + $1[keyPath: stage].milliseconds } / Double(max(1, looks.count))
  }
}

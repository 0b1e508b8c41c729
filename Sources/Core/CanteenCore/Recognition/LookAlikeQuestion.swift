/// A face that may be one of several people of the library.
public struct LookAlikeQuestion: Sendable, Equatable {
  public let track: Int
  /// The likeliest first; at least two.
  public let candidates: [LibraryPerson]
  /// Of the likeliest candidate.
  public let evidence: RecognitionEvidence
  public let facePresentAt: MonotonicInstant

  public init(
    track: Int, candidates: [LibraryPerson], evidence: RecognitionEvidence, facePresentAt: MonotonicInstant
  ) {
    self.track = track
    self.candidates = candidates
    self.evidence = evidence
    self.facePresentAt = facePresentAt
  }
}

/// Why a till cannot tell look-alikes apart; they pay by code, card or cash.
public enum LookAlikeObstacle: String, Sendable, Hashable {
  /// The school gave no phone for one of them.
  case noPhone = "no_phone"
  /// Two of their accounts have the same phone tail.
  case sameTail = "same_tail"
  case triesUsedUp = "tries_used_up"
  /// The student did not want to type.
  case declined
}

/// How WeChat's K12 face payment tells look-alikes apart. When they share one phone and contract account,
/// they need not be told apart; otherwise the phone tail decides. The tail only chooses among the people the
/// face may be.
extension LookAlikeQuestion {
  public enum Way: Sendable, Equatable {
    /// All share phone and contract account: whoever it is, the same account pays.
    case anyOfThem(Identification)
    case phoneTail
    case staff(LookAlikeObstacle)
  }

  public var way: Way {
    let accounts = Set(candidates.compactMap(\.guardian))
    guard candidates.allSatisfy({ $0.guardian != nil }) else { return .staff(.noPhone) }
    if accounts.count == 1, let identification = identification(as: candidates, by: .sameAccount) {
      return .anyOfThem(identification)
    }
    guard Set(accounts.map(\.phoneTail)).count == accounts.count else { return .staff(.sameTail) }
    return .phoneTail
  }

  /// Whom a typed tail names; nil when it is the tail of no candidate, or when no tail may be asked.
  public func identification(by tail: PhoneTail) -> Identification? {
    guard way == .phoneTail else { return nil }
    return identification(as: candidates.filter { $0.guardian?.phoneTail == tail }, by: .phoneTail)
  }

  /// False for what no recogniser should ask about: a single person, or nobody over the threshold.
  var isSound: Bool { candidates.count > 1 && evidence.score >= evidence.threshold }

  var people: Set<OutUserID> { Set(candidates.map(\.user.outUserID)) }

  /// The same question to a face under a new track.
  func on(track: Int) -> LookAlikeQuestion {
    LookAlikeQuestion(
      track: track, candidates: candidates, evidence: evidence, facePresentAt: facePresentAt)
  }

  private func identification(as people: [LibraryPerson], by factor: SecondFactor) -> Identification? {
    guard let likeliest = people.first else { return nil }
    var evidence = evidence
    evidence.secondFactor = factor
    return Identification(
      track: track, user: likeliest.user, indistinct: people.dropFirst().map(\.user), evidence: evidence,
      facePresentAt: facePresentAt)
  }
}

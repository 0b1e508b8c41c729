public import CanteenCore

extension GuardianAccount {
  public static func sample(_ key: String, tail: String) -> GuardianAccount {
    guard let tail = PhoneTail(tail) else { preconditionFailure("\(key) needs a tail of 4 digits") }
    return GuardianAccount(key: key, phoneTail: tail)
  }
}

extension LibraryPerson {
  public static func sample(_ user: String, _ guardian: GuardianAccount?) throws -> LibraryPerson {
    LibraryPerson(
      user: RecognisedUser(
        outUserID: try OutUserID(user), platformUserID: "P-\(user)", displayName: "甲-\(user)"),
      guardian: guardian)
  }
}

extension LookAlikeQuestion {
  /// These people before the till, the first the likeliest.
  public static func sample(
    _ people: [LibraryPerson], track: Int = 1, evidence: RecognitionEvidence = .sample
  ) -> LookAlikeQuestion {
    LookAlikeQuestion(track: track, candidates: people, evidence: evidence, facePresentAt: .start)
  }
}

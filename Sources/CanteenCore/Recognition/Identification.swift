/// A person recognised in front of the camera.
public struct Identification: Sendable, Equatable {
  /// The track of the face; it ends when the face leaves.
  public let track: Int
  public let user: RecognisedUser
  public let evidence: RecognitionEvidence
  /// When the first frame with a usable face of this track was taken.
  public let facePresentAt: MonotonicInstant

  public init(
    track: Int, user: RecognisedUser, evidence: RecognitionEvidence, facePresentAt: MonotonicInstant
  ) {
    self.track = track
    self.user = user
    self.evidence = evidence
    self.facePresentAt = facePresentAt
  }
}

/// A face that may be one of several people of the library.
public struct LookAlikeQuestion: Sendable, Equatable {
  public let track: Int
  /// The likeliest first; at least two.
  public let candidates: [LibraryPerson]
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

/// A person recognised in front of the camera.
public struct Identification: Sendable, Equatable {
  /// The track of the face; it ends when the face leaves.
  public let track: Int
  public let user: RecognisedUser
  /// Others on the same account whom neither the face nor a phone tail told from ``user``.
  public let indistinct: [RecognisedUser]
  public let evidence: RecognitionEvidence
  /// When the first frame with a usable face of this track was taken.
  public let facePresentAt: MonotonicInstant

  public init(
    track: Int, user: RecognisedUser, indistinct: [RecognisedUser] = [], evidence: RecognitionEvidence,
    facePresentAt: MonotonicInstant
  ) {
    self.track = track
    self.user = user
    self.indistinct = indistinct
    self.evidence = evidence
    self.facePresentAt = facePresentAt
  }

  /// Everybody this face may be, the likeliest first; one account pays for all of them.
  var readings: [Identification] {
    let people = [user] + indistinct
    return people.map { person in
      Identification(
        track: track, user: person, indistinct: people.filter { $0 != person }, evidence: evidence,
        facePresentAt: facePresentAt)
    }
  }

  /// The same person under a new track: the camera had lost the face.
  func on(track: Int) -> Identification {
    Identification(
      track: track, user: user, indistinct: indistinct, evidence: evidence, facePresentAt: facePresentAt)
  }
}

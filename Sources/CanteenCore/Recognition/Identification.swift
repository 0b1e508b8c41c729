/// A face user as the till's library knows them.
public struct RecognisedUser: Sendable, Hashable, Codable {
  public let outUserID: OutUserID
  /// The platform's own number of this user, empty until the platform gave one.
  public let platformUserID: String
  /// What the student screen greets them with.
  public let displayName: String
  /// Whose prices and subsidies apply; nil for the list prices.
  public let group: UserGroup?

  public init(outUserID: OutUserID, platformUserID: String, displayName: String, group: UserGroup? = nil) {
    self.outUserID = outUserID
    self.platformUserID = platformUserID
    self.displayName = displayName
    self.group = group
  }

  private enum CodingKeys: String, CodingKey {
    case outUserID = "out_user_id"
    case platformUserID = "user_id"
    case displayName = "display_name"
    case group
  }
}

/// The numbers behind one recognition decision, kept with the order. Never a picture, never a template.
public struct RecognitionEvidence: Sendable, Hashable, Codable {
  /// Mean cosine of the frames that agreed.
  public let score: Float
  /// Best cosine of any other person over those frames; nil when the library holds one person.
  public let runnerUp: Float?
  public let threshold: Float
  public let margin: Float
  /// Frames that agreed and frames that were looked at.
  public let framesAgreed: Int
  public let framesSeen: Int
  public let libraryVersion: Int64
  public let milliseconds: StageMilliseconds

  public init(
    score: Float, runnerUp: Float?, threshold: Float, margin: Float, framesAgreed: Int, framesSeen: Int,
    libraryVersion: Int64, milliseconds: StageMilliseconds
  ) {
    self.score = score
    self.runnerUp = runnerUp
    self.threshold = threshold
    self.margin = margin
    self.framesAgreed = framesAgreed
    self.framesSeen = framesSeen
    self.libraryVersion = libraryVersion
    self.milliseconds = milliseconds
  }

  private enum CodingKeys: String, CodingKey {
    case score
    case runnerUp = "runner_up"
    case threshold
    case margin
    case framesAgreed = "frames_agreed"
    case framesSeen = "frames_seen"
    case libraryVersion = "library_version"
    case milliseconds = "ms"
  }
}

/// How long one decision took, stage by stage.
public struct StageMilliseconds: Sendable, Hashable, Codable {
  /// Means over the frames looked at.
  public let detect: Double
  public let embed: Double
  public let search: Double
  /// From the first frame with a usable face to the decision.
  public let faceToDecision: Double

  public init(detect: Double, embed: Double, search: Double, faceToDecision: Double) {
    self.detect = detect
    self.embed = embed
    self.search = search
    self.faceToDecision = faceToDecision
  }

  private enum CodingKeys: String, CodingKey {
    case detect
    case embed
    case search
    case faceToDecision = "face_to_decision"
  }
}

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

/// The numbers behind one recognition decision, kept with the order. Never a picture, never a template.
public struct RecognitionEvidence: Sendable, Hashable, Codable {
  /// Mean cosine of all looks to the person.
  public let score: Float
  /// The same for the best other person; nil when the library holds one person.
  public let runnerUp: Float?
  public let threshold: Float
  public let margin: Float
  /// Frames that put this person first and frames that were looked at.
  public let framesAgreed: Int
  public let framesSeen: Int
  /// People in the library; the threshold follows from their number.
  public let people: Int
  public let libraryVersion: Int64
  /// SHA-256 of the recognition model, empty where none was used.
  public var model: String
  /// Means over the frames looked at; nil where no picture was measured.
  public var quality: QualityEvidence?
  /// nil where the till does not check for liveness.
  public var liveness: LivenessEvidence?
  /// What told the person from look-alikes; nil when nothing had to.
  public var secondFactor: SecondFactor?
  public var milliseconds: StageMilliseconds

  public init(
    score: Float, runnerUp: Float?, threshold: Float, margin: Float, framesAgreed: Int, framesSeen: Int,
    people: Int, libraryVersion: Int64, model: String = "", quality: QualityEvidence? = nil,
    liveness: LivenessEvidence? = nil, secondFactor: SecondFactor? = nil, milliseconds: StageMilliseconds
  ) {
    self.score = score
    self.runnerUp = runnerUp
    self.threshold = threshold
    self.margin = margin
    self.framesAgreed = framesAgreed
    self.framesSeen = framesSeen
    self.people = people
    self.libraryVersion = libraryVersion
    self.model = model
    self.quality = quality
    self.liveness = liveness
    self.secondFactor = secondFactor
    self.milliseconds = milliseconds
  }

  private enum CodingKeys: String, CodingKey {
    case score
    case runnerUp = "runner_up"
    case threshold
    case margin
    case framesAgreed = "frames_agreed"
    case framesSeen = "frames_seen"
    case people
    case libraryVersion = "library_version"
    case model
    case quality
    case liveness
    case secondFactor = "second_factor"
    case milliseconds = "ms"
  }
}

/// What told a person from their look-alikes.
public enum SecondFactor: String, Sendable, Hashable, Codable {
  /// The last four digits of the guardian's phone.
  case phoneTail = "phone_tail"
  /// The look-alikes share phone and contract account: whoever it was, the same account pays.
  case sameAccount = "same_account"
}

/// How good the frames looked at were; means.
public struct QualityEvidence: Sendable, Hashable, Codable {
  /// Height of the face in pixels.
  public let height: Float
  /// Variance of the Laplacian on the aligned face.
  public let sharpness: Float
  /// Mean grey of the aligned face, 0 … 255.
  public let brightness: Float
  /// How far the face was turned, in eye distances.
  public let turn: Float

  public init(height: Float, sharpness: Float, brightness: Float, turn: Float) {
    self.height = height
    self.sharpness = sharpness
    self.brightness = brightness
    self.turn = turn
  }
}

/// How long one decision took, stage by stage.
public struct StageMilliseconds: Sendable, Hashable, Codable {
  /// Means over the frames looked at.
  public let detect: Double
  public let embed: Double
  public let search: Double
  /// From the first frame with a usable face to the decision.
  public var faceToDecision: Double

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

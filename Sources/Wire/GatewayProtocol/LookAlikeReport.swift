public import CanteenCore

/// `GET /v1/admin/look-alikes`: who looks like whom, and the threshold and margin for this library.
public struct LookAlikeReport: Sendable, Codable, Equatable {
  public struct Pair: Sendable, Codable, Equatable {
    public let first: OutUserID
    public let firstName: String
    public let second: OutUserID
    public let secondName: String
    /// The best cosine between a shot of the one and a shot of the other.
    public let score: Float
    /// Staff vouched that they are two people.
    public let confirmed: Bool

    public init(
      first: OutUserID, firstName: String, second: OutUserID, secondName: String, score: Float,
      confirmed: Bool
    ) {
      self.first = first
      self.firstName = firstName
      self.second = second
      self.secondName = secondName
      self.score = score
      self.confirmed = confirmed
    }

    private enum CodingKeys: String, CodingKey {
      case first
      case firstName = "first_name"
      case second
      case secondName = "second_name"
      case score
      case confirmed
    }
  }

  /// People compared.
  public let people: Int
  public let threshold: Float
  public let margin: Float
  public let scoreModel: ScoreModel
  /// Most alike first.
  public let pairs: [Pair]
  /// People who are not published until they are enrolled anew.
  public let enrolAnew: [EnrolledPerson]

  public init(
    people: Int, point: OperatingPoint, scoreModel: ScoreModel, pairs: [Pair], enrolAnew: [EnrolledPerson]
  ) {
    self.people = people
    threshold = point.threshold
    margin = point.margin
    self.scoreModel = scoreModel
    self.pairs = pairs
    self.enrolAnew = enrolAnew
  }

  private enum CodingKeys: String, CodingKey {
    case people
    case threshold
    case margin
    case scoreModel = "score_model"
    case pairs
    case enrolAnew = "enrol_anew"
  }
}

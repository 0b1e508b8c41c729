import CanteenCore
public import Foundation

/// What a trial found, in the terms of ISO/IEC 19795-1.
public struct EvaluationReport: Sendable, Encodable {
  /// A share of presentations with its 95 % interval (Clopper and Pearson).
  public struct Rate: Sendable, Encodable, Equatable {
    public let rate: Double
    public let lower: Double
    public let upper: Double
    public let count: Int
    public let trials: Int

    /// nil without trials.
    init?(_ count: Int, of trials: Int) {
      guard let bounds = BinomialBounds(errors: count, trials: trials) else { return nil }
      rate = Double(count) / Double(trials)
      lower = bounds.lower
      upper = bounds.upper
      self.count = count
      self.trials = trials
    }
  }

  public struct Refusal: Sendable, Encodable, Equatable {
    public let photo: String
    public let reason: String
  }

  /// One point of the DET curve.
  public struct Point: Sendable, Encodable, Equatable {
    public let threshold: Float
    /// Strangers named, and enrolled people not named rightly, as shares.
    public let falsePositive: Double
    public let falseNegative: Double

    private enum CodingKeys: String, CodingKey {
      case threshold
      case falsePositive = "fpir"
      case falseNegative = "fnir"
    }
  }

  public let people: Int
  public let enrolled: Int
  public let templates: Int
  public let photos: Int
  public let refusals: [Refusal]
  /// The threshold and margin in force for a library of this size.
  public let threshold: Float
  public let margin: Float
  /// People the impostor tail was fitted on; 0 when it was assumed.
  public let fittedOnPeople: Int
  /// Enrolled people named rightly.
  public let truePositive: Rate?
  /// Enrolled people not named, or named as somebody else.
  public let falseNegative: Rate?
  /// Enrolled people named as somebody else.
  public let misidentified: Rate?
  /// People who are not enrolled, named as somebody.
  public let falsePositive: Rate?
  /// Medians.
  public let templateMilliseconds: Double
  public let searchMilliseconds: Double
  public let curve: [Point]

  init(
    presentations: [Presentation], people: Int, enrolled: Int, templates: Int, photos: Int,
    refusals: [Refusal], point: OperatingPoint, model: ScoreModel, times: StageTimes
  ) {
    self.people = people
    self.enrolled = enrolled
    self.templates = templates
    self.photos = photos
    self.refusals = refusals
    threshold = point.threshold
    margin = point.margin
    fittedOnPeople = model.impostors.people
    let known = presentations.filter(\.isEnrolled)
    let strangers = presentations.filter { !$0.isEnrolled }
    let named = known.filter { $0.isNamed(at: point.threshold, margin: point.margin) }
    let right = named.count(where: \.isRight)
    truePositive = Rate(right, of: known.count)
    falseNegative = Rate(known.count - right, of: known.count)
    misidentified = Rate(named.count - right, of: known.count)
    falsePositive = Rate(
      strangers.count { $0.isNamed(at: point.threshold, margin: point.margin) }, of: strangers.count)
    templateMilliseconds = times.template.median
    searchMilliseconds = times.search.median
    curve = Self.curve(known: known, strangers: strangers, margin: point.margin)
  }

  /// From a threshold that names everybody to one that names nobody.
  private static func curve(known: [Presentation], strangers: [Presentation], margin: Float) -> [Point] {
    stride(from: Float(0), through: 1, by: 0.01).map { threshold in
      let wrong = strangers.count { $0.isNamed(at: threshold, margin: margin) }
      let right = known.count { $0.isRight && $0.isNamed(at: threshold, margin: margin) }
      return Point(
        threshold: threshold, falsePositive: Double(wrong) / Double(max(1, strangers.count)),
        falseNegative: 1 - Double(right) / Double(max(1, known.count)))
    }
  }

  /// With sorted keys.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }

  private enum CodingKeys: String, CodingKey {
    case people
    case enrolled
    case templates
    case photos
    case refusals
    case threshold
    case margin
    case fittedOnPeople = "fitted_on_people"
    case truePositive = "tpir"
    case falseNegative = "fnir"
    case misidentified
    case falsePositive = "fpir"
    case templateMilliseconds = "template_ms"
    case searchMilliseconds = "search_ms"
    case curve = "det"
  }
}

extension [Double] {
  fileprivate var median: Double {
    isEmpty ? 0 : sorted()[count / 2]
  }
}

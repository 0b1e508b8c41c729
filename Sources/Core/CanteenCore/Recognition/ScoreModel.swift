/// What is known about scores in one library: between different people, and between looks at the same person.
///
/// The gateway fits it on the library's own templates and publishes it with every batch.
public struct ScoreModel: Sendable, Hashable, Codable {
  public let impostors: ImpostorTail
  /// Standard deviation of the score from look to look at the same person.
  public let scatter: Double

  public init(impostors: ImpostorTail, scatter: Double) {
    self.impostors = impostors
    self.scatter = scatter
  }

  /// Used while a library is too small to be measured.
  public static let assumed = ScoreModel(impostors: .assumed, scatter: 0.05)
}

/// The threshold and margin for one library. They follow from its score model, its size and the target.
public struct OperatingPoint: Sendable, Equatable {
  /// Least score of the best person.
  public let threshold: Float
  /// Least distance to the best *other* person.
  public let margin: Float
  /// A mean score below this will not reach the threshold with more looks.
  public let hopeless: Float
  /// Two people of the library whose templates score this or more are look-alikes: a presentation of one may
  /// score over the threshold for the other. Below this, each presentation itself shows whether there is a
  /// doubt.
  public let alike: Float
  /// People in the library.
  public let people: Int

  public init(
    threshold: Float, margin: Float, hopeless: Float = -1, alike: Float = 1, people: Int
  ) {
    self.threshold = threshold
    self.margin = margin
    self.hopeless = hopeless
    self.alike = alike
    self.people = people
  }
}

extension IdentificationPolicy {
  /// The threshold keeps a stranger's chance to be taken for *anybody* under the target, over all looks of one
  /// presentation; the margin keeps two people of the library apart whose true scores are equal.
  ///
  /// Scores are means of at least ``looksToAgree`` looks. The mean of looks is never more spread than one look
  /// (convex order), so the tail of single looks bounds it.
  public func operatingPoint(for model: ScoreModel, people: Int) -> OperatingPoint {
    let tries = looksToRefuse - looksToAgree + 1
    let threshold = model.impostors.threshold(people: people, target: target, tries: tries)
    let between = model.scatter * (2 / Double(looksToAgree)).squareRoot()
    let margin = between * NormalCurve.quantile(upperTail: target / Double(tries))
    let drawn = Float(min(max(threshold, Double(leastThreshold)), 1))
    let ofMean = model.scatter / Double(looksToAgree).squareRoot()
    return OperatingPoint(
      threshold: drawn, margin: Float(min(max(margin, Double(leastMargin)), 1)),
      // The mean of several looks is hardly ever five standard deviations of one look below the true score.
      hopeless: drawn - Float(5 * model.scatter), alike: drawn - Float(2 * ofMean), people: people)
  }
}

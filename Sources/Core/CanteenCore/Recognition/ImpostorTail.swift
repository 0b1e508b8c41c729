/// How high the scores between *different* people reach: the upper end of their distribution.
///
/// The tail is modelled by a normal curve: the widest that any part of the observed tail asks for, made wider
/// still by its uncertainty. ``rate(above:)`` is therefore an upper bound and not an estimate. What a
/// school's own library shows counts more than any published figure, because children resemble each other
/// more than the adults on whom models are measured.
public struct ImpostorTail: Sendable, Hashable, Codable {
  /// Middle of the curve, a cosine.
  public let mean: Double
  /// Width of the curve at the upper end of its 95 % confidence interval.
  public let deviation: Double
  /// People it was fitted on; 0 when it was not fitted on this library.
  public let people: Int

  public init(mean: Double, deviation: Double, people: Int) {
    self.mean = mean
    self.deviation = deviation
    self.people = people
  }

  /// Used while a library is too small to be measured.
  ///
  /// On ordinary photographs of adults, SFace 2021dec takes 2.8e-3 of all pairs of different people for one
  /// person at a cosine of 0.363; a mean of 0.1 was seen on photographs of 30 people. The width follows from
  /// both, rounded up.
  public static let assumed = ImpostorTail(mean: 0.1, deviation: 0.1, people: 0)

  /// From this many people on the library's own tail is used.
  public static let leastPeople = 50

  /// At most this share of comparisons with another person scores higher than `score`.
  public func rate(above score: Double) -> Double {
    NormalCurve.upperTail((score - mean) / deviation)
  }

  /// The score a stranger reaches against *any* of `people` with at most the probability `target`.
  ///
  /// - Parameter tries: how often one presentation is compared; each try spends its part of the target.
  public func threshold(people: Int, target: Double, tries: Int = 1) -> Double {
    let each = target / Double(max(1, people)) / Double(max(1, tries))
    return mean + deviation * NormalCurve.quantile(upperTail: each)
  }
}

import Glibc

/// Fits a ``ScoreModel`` to the scores that the people of one library reach with each other.
///
/// Scores are counted in steps of 1/4096, so that a person can be taken out again exactly: the result depends on
/// who is in the library and not on the order in which they came.
public struct ScoreModelFit: Sendable {
  /// The number of groups that people are divided into. Each is left out in turn, to see how much the result
  /// depends on single people.
  static let groups = 20
  /// Up to this many people the wider of the fitted and the assumed model counts.
  public static let trustedPeople = 500
  /// 95 % of a normal curve lie below this many standard deviations.
  private static let confidence = 1.645

  public private(set) var people = 0
  private var pairs = ScoreTally()
  /// For each group, the pairs that include somebody of it.
  private var pairsTouching = [ScoreTally](repeating: ScoreTally(), count: groups)
  private var shots = ShotScatter()

  public init() {}

  /// Takes a person in.
  ///
  /// - Parameters:
  ///   - scores: the person's scores with everyone taken in before, except those who are known to be alike
  ///     for another reason than chance (siblings, pairs that staff confirmed).
  ///   - betweenShots: cosines between the person's own photographs.
  public mutating func add(
    _ person: OutUserID, scores: some Sequence<(OutUserID, Float)>, betweenShots: [Float] = []
  ) {
    people += 1
    count(person, scores, by: 1)
    shots.count(betweenShots, by: 1)
  }

  /// Takes a person out. The figures must be those that were counted for the pairs of this person.
  public mutating func remove(
    _ person: OutUserID, scores: some Sequence<(OutUserID, Float)>, betweenShots: [Float] = []
  ) {
    people -= 1
    count(person, scores, by: -1)
    shots.count(betweenShots, by: -1)
  }

  /// What to publish for this library.
  public var model: ScoreModel {
    ScoreModel(impostors: publishedImpostors, scatter: publishedScatter)
  }

  /// The tail as the library shows it; nil below ``ImpostorTail/leastPeople`` people.
  public var fittedImpostors: ImpostorTail? {
    guard people >= ImpostorTail.leastPeople, let mean = pairs.mean, let widest = pairs.widestDeviation
    else { return nil }
    return ImpostorTail(
      mean: mean, deviation: widest * exp(Self.confidence * uncertainty), people: people)
  }

  private var publishedImpostors: ImpostorTail {
    guard let fitted = fittedImpostors else { return .assumed }
    guard people <= Self.trustedPeople else { return fitted }
    let target = IdentificationPolicy().target
    return fitted.threshold(people: people, target: target)
      >= ImpostorTail.assumed.threshold(people: people, target: target) ? fitted : .assumed
  }

  private var publishedScatter: Double {
    guard shots.people >= ImpostorTail.leastPeople, let fitted = shots.deviation else {
      return ScoreModel.assumed.scatter
    }
    return shots.people <= Self.trustedPeople ? max(fitted, ScoreModel.assumed.scatter) : fitted
  }

  /// Standard error of the logarithm of the deviation, by the jackknife that leaves out one group of people at a
  /// time. Pairs are not independent of each other, people are.
  private var uncertainty: Double {
    let logarithms = pairsTouching.compactMap { touching -> Double? in
      touching.isEmpty ? nil : (pairs - touching).widestDeviation.map { log($0) }
    }
    guard logarithms.count > 1 else { return 0 }
    let count = Double(logarithms.count)
    let mean = logarithms.reduce(0, +) / count
    let squares = logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return ((count - 1) / count * squares).squareRoot()
  }

  private mutating func count(
    _ person: OutUserID, _ scores: some Sequence<(OutUserID, Float)>, by change: Int
  ) {
    let own = Self.group(of: person)
    for (other, score) in scores {
      let theirs = Self.group(of: other)
      pairs.count(score, by: change)
      pairsTouching[own].count(score, by: change)
      if theirs != own { pairsTouching[theirs].count(score, by: change) }
    }
  }

  /// FNV-1a of the number: stays the same from run to run, and says nothing about class or family.
  private static func group(of person: OutUserID) -> Int {
    let hash = person.text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    return Int((hash >> 32) % UInt64(groups))
  }
}

/// How many pairs of people reached which score, in steps of 1/4096.
struct ScoreTally: Sendable {
  private static let stepsOfOne = 4096
  /// The share of the highest scores that the curve must cover; below it the curve is no bound.
  private static let tailShare = 0.05
  /// Fewer scores than this at the very top are chance.
  private static let leastScores = 10
  /// No curve is narrower than this.
  private static let leastDeviation = 0.01

  /// Index 0 is a score of -1.
  private var counts = [Int](repeating: 0, count: 2 * stepsOfOne + 1)
  private var pairs = 0
  private var steps = 0

  var isEmpty: Bool { pairs == 0 }

  mutating func count(_ score: Float, by change: Int) {
    let step = min(max(Int((score * Float(Self.stepsOfOne)).rounded()), -Self.stepsOfOne), Self.stepsOfOne)
    counts[step + Self.stepsOfOne] += change
    pairs += change
    steps += change * step
  }

  /// Mean of all scores; nil without any.
  var mean: Double? {
    pairs > 0 ? Double(steps) / Double(pairs) / Double(Self.stepsOfOne) : nil
  }

  /// The standard deviation of the narrowest normal curve around the mean that lies above the whole observed
  /// tail, from the top 5 % to the 10th highest score; nil with too few scores to have such a tail.
  var widestDeviation: Double? {
    let tail = Int(Double(pairs) * Self.tailShare)
    guard let mean, tail >= Self.leastScores else { return nil }
    var widest = Self.leastDeviation
    var reached = 0
    for index in counts.indices.reversed() where counts[index] > 0 {
      reached += counts[index]
      guard reached >= Self.leastScores else { continue }
      let share = Double(min(reached, tail)) / Double(pairs)
      let score = Double(index - Self.stepsOfOne) / Double(Self.stepsOfOne)
      widest = max(widest, (score - mean) / NormalCurve.quantile(upperTail: share))
      if reached >= tail { break }
    }
    return widest
  }

  /// The pairs that are not in `part`, which must be part of these.
  static func - (whole: ScoreTally, part: ScoreTally) -> ScoreTally {
    var rest = whole
    for index in rest.counts.indices { rest.counts[index] -= part.counts[index] }
    rest.pairs -= part.pairs
    rest.steps -= part.steps
    return rest
  }
}

/// Spread of the cosines between photographs of the same person, pooled within persons.
///
/// Two photographs give one cosine, which has no spread: only people with three or more count.
struct ShotScatter: Sendable {
  /// 1/2^20 of a squared cosine; whole numbers, so that a person can be taken out exactly.
  private static let unit = Double(1 << 20)

  private(set) var people = 0
  private var squares = 0
  private var freedom = 0

  mutating func count(_ cosines: [Float], by change: Int) {
    guard cosines.count > 1 else { return }
    let mean = cosines.reduce(0) { $0 + Double($1) } / Double(cosines.count)
    let sum = cosines.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    people += change
    squares += change * Int((sum * Self.unit).rounded())
    freedom += change * (cosines.count - 1)
  }

  var deviation: Double? {
    freedom > 0 ? (Double(squares) / Self.unit / Double(freedom)).squareRoot() : nil
  }
}

import Glibc

/// The range a rate lies in when `errors` of `trials` were seen: the exact interval of Clopper and Pearson (1934).
public struct BinomialBounds: Sendable, Hashable, Codable {
  public let lower: Double
  public let upper: Double

  /// Fails unless 0 ≤ errors ≤ trials, trials > 0 and 0 < confidence < 1.
  public init?(errors: Int, trials: Int, confidence: Double = 0.95) {
    guard trials > 0, (0...trials).contains(errors), confidence > 0, confidence < 1 else { return nil }
    let tail = (1 - confidence) / 2
    let (k, n) = (Double(errors), Double(trials))
    lower = errors == 0 ? 0 : Self.quantile(tail, k, n - k + 1)
    upper = errors == trials ? 1 : Self.quantile(1 - tail, k + 1, n - k)
  }

  /// Where the beta distribution reaches `probability`; found by halving.
  private static func quantile(_ probability: Double, _ a: Double, _ b: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if incompleteBeta(middle, a, b) < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The regularised incomplete beta function, 0 < x < 1.
  private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    // The fraction converges quickly on this side of the mean only.
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    return front / continuedFraction(x, a, b)
  }

  /// Abramowitz and Stegun 26.5.8, evaluated from the front (Lentz).
  private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    var (value, c, d) = (1.0, 1.0, 0.0)
    for step in 1...2_000 {
      let m = Double(step / 2)
      let term =
        step.isMultiple(of: 2)
        ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 + term * d
      d = 1 / (abs(d) < tiny ? tiny : d)
      c = 1 + term / c
      if abs(c) < tiny { c = tiny }
      value *= c * d
      if abs(c * d - 1) < 1e-14 { break }
    }
    return value
  }
}

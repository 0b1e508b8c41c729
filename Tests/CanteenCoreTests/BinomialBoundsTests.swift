import CanteenCore
import Testing

/// Reference values: where the exact binomial sums reach 2.5 %, found by halving.
struct BinomialBoundsTests {
  @Test(arguments: [
    (0, 10, 0.0, 0.308497), (1, 10, 0.002529, 0.445016), (5, 10, 0.187086, 0.812914),
    (10, 10, 0.691503, 1.0), (3, 200, 0.003104, 0.043208), (0, 300, 0.0, 0.012221),
  ])
  func `Bounds are those of Clopper and Pearson`(errors: Int, trials: Int, lower: Double, upper: Double)
    throws
  {
    let bounds = try #require(BinomialBounds(errors: errors, trials: trials))
    #expect(abs(bounds.lower - lower) < 1e-6, "\(bounds.lower)")
    #expect(abs(bounds.upper - upper) < 1e-6, "\(bounds.upper)")
  }

  @Test func `Bounds hold the rate and mirror each other`() throws {
    for trials in [1, 7, 64, 5_000] {
      for errors in stride(from: 0, through: trials, by: max(1, trials / 9)) {
        let bounds = try #require(BinomialBounds(errors: errors, trials: trials))
        let mirrored = try #require(BinomialBounds(errors: trials - errors, trials: trials))
        let rate = Double(errors) / Double(trials)
        #expect(bounds.lower <= rate && rate <= bounds.upper)
        #expect(abs(bounds.lower + mirrored.upper - 1) < 1e-9)
      }
    }
  }

  @Test func `Counts that cannot be have no bounds`() {
    #expect(BinomialBounds(errors: 1, trials: 0) == nil)
    #expect(BinomialBounds(errors: 3, trials: 2) == nil)
    #expect(BinomialBounds(errors: -1, trials: 2) == nil)
    #expect(BinomialBounds(errors: 1, trials: 2, confidence: 1) == nil)
  }
}

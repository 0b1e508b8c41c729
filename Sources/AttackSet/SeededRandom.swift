/// SplitMix64 (Steele, Lea and Flood, 2014): the same seed gives the same presentations.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func number(_ range: ClosedRange<Float>) -> Float { .random(in: range, using: &self) }

  /// As many between 1 and 2 as between 2 and 4.
  mutating func magnitude(_ range: ClosedRange<Float>) -> Float {
    range.lowerBound * Self.power(range.upperBound / range.lowerBound, number(0...1))
  }

  mutating func happens(_ share: Float) -> Bool { number(0...1) < share }

  private static func power(_ base: Float, _ exponent: Float) -> Float { Float.pow(base, exponent) }
}

import FaultInjection
import Foundation

extension SeededRandom {
  mutating func number(_ range: ClosedRange<Float>) -> Float { .random(in: range, using: &self) }

  /// Log-uniform: as many between 1 and 2 as between 2 and 4.
  mutating func magnitude(_ range: ClosedRange<Float>) -> Float {
    range.lowerBound * pow(range.upperBound / range.lowerBound, number(0...1))
  }

  mutating func happens(_ share: Float) -> Bool { number(0...1) < share }
}

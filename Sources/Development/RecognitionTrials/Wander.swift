import FaultInjection
import Foundation

/// A value that drifts smoothly around 0: slow waves for a body, a fast small one for a hand that trembles.
struct Wander {
  private var waves: [(amplitude: Float, frequency: Float, phase: Float)] = []

  init(amplitude: Float, tremble: Float = 0, random: inout SeededRandom) {
    for _ in 0..<3 {
      waves.append((amplitude / 2, random.number(0.2...1.2), random.number(0...(2 * .pi))))
    }
    if tremble > 0 { waves.append((tremble, random.number(7...11), random.number(0...(2 * .pi)))) }
  }

  func at(_ seconds: Float) -> Float {
    waves.reduce(0) { $0 + $1.amplitude * sin(2 * .pi * $1.frequency * seconds + $1.phase) }
  }
}

extension Float {
  static func pow(_ base: Float, _ exponent: Float) -> Float { Foundation.pow(base, exponent) }
}

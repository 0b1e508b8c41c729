import FaultInjection
import Foundation

/// How a thing in front of the camera moves; lengths are in eye distances as the frame shows them.
struct Motion {
  var x: Wander
  var y: Wander
  /// Radians.
  var yaw: Wander
  var pitch: Wander
  var roll: Wander
  var nearer: Wander
  /// Where it comes from when it arrives, and how long that takes, in seconds.
  var arrival: (x: Float, y: Float, smaller: Float, seconds: Float)

  private static let degree = Float.pi / 180

  /// A person who walks up, stands, sways and looks about.
  static func person(_ random: inout SeededRandom) -> Motion {
    let sway = random.magnitude(0.03...0.3)
    let turn = random.magnitude(1...9) * degree
    let walksUp = random.happens(0.5)
    return Motion(
      x: Wander(amplitude: sway, random: &random), y: Wander(amplitude: sway / 2, random: &random),
      yaw: Wander(amplitude: turn, random: &random),
      pitch: Wander(amplitude: turn * random.number(0.2...0.8), random: &random),
      roll: Wander(amplitude: random.number(0.5...3) * degree, random: &random),
      nearer: Wander(amplitude: random.number(0...0.05), random: &random),
      arrival: (
        walksUp ? random.number(-1.6...1.6) : 0, walksUp ? random.number(-0.2...0.2) : 0,
        walksUp ? random.number(0...0.2) : 0, random.number(0.6...1.4)
      ))
  }

  /// A person who stands and looks into the camera; where they come from is the scene's business.
  static func standing(_ random: inout SeededRandom) -> Motion {
    let turn = random.number(2...6) * degree
    return Motion(
      x: Wander(amplitude: random.number(0.02...0.08), random: &random),
      y: Wander(amplitude: 0.03, random: &random), yaw: Wander(amplitude: turn, random: &random),
      pitch: Wander(amplitude: turn * random.number(0.2...0.6), random: &random),
      roll: Wander(amplitude: random.number(0.5...2) * degree, random: &random),
      nearer: Wander(amplitude: random.number(0...0.03), random: &random), arrival: (0, 0, 0, 1))
  }

  /// A hand that keeps a phone still before a camera, as well as it can.
  static func held(_ random: inout SeededRandom) -> Motion {
    let tilt = random.number(1...6) * degree
    return Motion(
      x: Wander(amplitude: random.number(0.02...0.12), tremble: random.number(0...0.02), random: &random),
      y: Wander(amplitude: random.number(0.02...0.12), tremble: random.number(0...0.02), random: &random),
      yaw: Wander(amplitude: tilt, tremble: 0.003, random: &random),
      pitch: Wander(amplitude: tilt * random.number(0.4...1), tremble: 0.003, random: &random),
      roll: Wander(amplitude: random.number(0.5...3) * degree, random: &random),
      nearer: Wander(amplitude: random.number(0...0.04), random: &random), arrival: (0, 0, 0, 1))
  }

  /// A hand that holds something up, trembles and tilts it.
  static func hand(_ random: inout SeededRandom) -> Motion {
    let reach = random.magnitude(0.05...0.6)
    let tilt = random.magnitude(1.5...14) * degree
    let raises = random.happens(0.7)
    return Motion(
      x: Wander(amplitude: reach, tremble: random.number(0...0.03), random: &random),
      y: Wander(amplitude: reach, tremble: random.number(0...0.03), random: &random),
      yaw: Wander(amplitude: tilt, tremble: 0.003, random: &random),
      pitch: Wander(amplitude: tilt * random.number(0.4...1), tremble: 0.003, random: &random),
      roll: Wander(amplitude: random.number(0.5...4) * degree, random: &random),
      nearer: Wander(amplitude: random.number(0...0.08), random: &random),
      arrival: (
        raises ? random.number(-1...1) : 0, raises ? random.number(-0.3...1.5) : 0,
        raises ? random.number(-0.1...0.15) : 0, random.number(0.6...1.4)
      ))
  }

  /// Nearly still: things that stand, and people who wait.
  static func waiting(_ random: inout SeededRandom) -> Motion {
    Motion(
      x: Wander(amplitude: 0.03, random: &random), y: Wander(amplitude: 0.02, random: &random),
      yaw: Wander(amplitude: 0.01, random: &random), pitch: Wander(amplitude: 0.01, random: &random),
      roll: Wander(amplitude: 0.01, random: &random), nearer: Wander(amplitude: 0.005, random: &random),
      arrival: (0, 0, 0, 1))
  }

  /// 1 at the start, 0 after the arrival.
  private func away(_ seconds: Float) -> Float {
    let left = max(0, 1 - seconds / arrival.seconds)
    return left * left * (3 - 2 * left)
  }

  func shiftX(_ seconds: Float) -> Float { x.at(seconds) + arrival.x * away(seconds) }
  func shiftY(_ seconds: Float) -> Float { y.at(seconds) + arrival.y * away(seconds) }
  func size(_ seconds: Float) -> Float { 1 + nearer.at(seconds) - arrival.smaller * away(seconds) }
}

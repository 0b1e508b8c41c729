public import Foundation
public import Imaging

/// Draws the frame of a scenario for any moment of it. The same moment gives the same frame.
public struct ScenarioPlayer: FramePlayer, Sendable {
  /// A visitor's picture, cut around the face and scaled so that 1 is the size when standing.
  private struct Still {
    let picture: Frame
    /// From the middle of the cut to the middle of the face, in its pixels.
    let faceOffset: (x: Float, y: Float)
  }

  private let scenario: Scenario
  private let stills: [Still]
  private let background: Frame
  private let total: Double

  /// Reads and prepares every picture.
  public init(scenario: Scenario, pictures: URL) throws(CameraError) {
    self.scenario = scenario
    total = scenario.visitors.reduce(0) { $0 + $1.duration }
    do {
      background = try Self.wall(width: scenario.width, height: scenario.height)
      stills = try scenario.visitors.map { visitor in
        try Self.still(of: visitor, from: pictures, frameHeight: scenario.height)
      }
    } catch let error as CameraError {
      throw error
    } catch {
      throw .badScenario(file: pictures.path, reason: "\(error)")
    }
  }

  public var frameInterval: Duration { .seconds(1 / scenario.fps) }

  public func frame(_ number: UInt64) throws(CameraError) -> Frame? {
    do {
      return try picture(number)
    } catch {
      throw .lost("replay", reason: "\(error)")
    }
  }

  private func picture(_ number: UInt64) throws(ImagingError) -> Frame? {
    var time = Double(number) / scenario.fps
    if scenario.loop { time.formTruncatingRemainder(dividingBy: total) }
    let seed = scenario.seed &* 0x9E37_79B9_7F4A_7C15 &+ number
    for (visitor, still) in zip(scenario.visitors, stills) {
      if time < visitor.duration {
        let place = placement(of: visitor, still, at: time)
        return try background.composed(
          with: place == nil ? nil : still.picture,
          at: place ?? Placement(centreX: 0, centreY: 0, scale: 1, gain: Float(visitor.light)),
          noise: Float(visitor.noise), seed: seed)
      }
      time -= visitor.duration
    }
    return nil
  }

  /// Walks in from the left and comes nearer, stands and sways, walks out to the right; nil when away.
  private func placement(of visitor: Scenario.Visitor, _ still: Still, at time: Double) -> Placement? {
    let size = Float(visitor.faceHeight) * Float(scenario.height)
    let (width, height) = (Float(scenario.width), Float(scenario.height))
    var x = width / 2
    var scale: Float = 1
    if time < visitor.walkIn {
      let step = smooth(time / visitor.walkIn)
      x = -size + (width / 2 + size) * step
      scale = 0.7 + 0.3 * step
    } else if time < visitor.walkIn + visitor.stand {
      x += size * Float(visitor.sway * sin((time - visitor.walkIn) * 5))
    } else if time < visitor.walkIn + visitor.stand + visitor.walkOut {
      let step = smooth((time - visitor.walkIn - visitor.stand) / visitor.walkOut)
      x += (width / 2 + size) * step
      scale = 1 - 0.2 * step
    } else {
      return nil
    }
    let bob = Float(sin(time * 9)) * size * 0.01
    return Placement(
      centreX: x - still.faceOffset.x * scale, centreY: height * 0.48 + bob - still.faceOffset.y * scale,
      scale: scale, degrees: Float(2 * sin(time * 3)), gain: Float(visitor.light))
  }

  private func smooth(_ step: Double) -> Float {
    Float(step * step * (3 - 2 * step))
  }

  private static func still(of visitor: Scenario.Visitor, from folder: URL, frameHeight: Int) throws -> Still
  {
    let file = folder.appending(path: visitor.picture)
    guard let bytes = try? Data(contentsOf: file) else {
      throw CameraError.badScenario(file: file.path, reason: "the picture is missing; run `make portraits`")
    }
    let whole: Frame
    do {
      whole = try Frame(decoding: [UInt8](bytes))
    } catch {
      throw CameraError.badScenario(file: file.path, reason: "\(error)")
    }
    let (x, y, width, height) = (visitor.face[0], visitor.face[1], visitor.face[2], visitor.face[3])
    let left = max(0, Int(x - width * 0.8))
    let top = max(0, Int(y - height * 0.6))
    let right = min(whole.width, Int(x + width * 1.8))
    let bottom = min(whole.height, Int(y + height * 2))
    guard right - left >= 16, bottom - top >= 16 else {
      throw CameraError.badScenario(file: visitor.picture, reason: "the face lies outside the picture")
    }
    let scale = visitor.faceHeight * Double(frameHeight) / height
    let cut = try whole.cropped(left: left, top: top, width: right - left, height: bottom - top)
    let picture = try cut.resized(
      width: max(1, Int(Double(cut.width) * scale)), height: max(1, Int(Double(cut.height) * scale)))
    let middleX = (x + width / 2 - Double(left)) * scale - Double(picture.width) / 2
    let middleY = (y + height / 2 - Double(top)) * scale - Double(picture.height) / 2
    return Still(picture: picture, faceOffset: (Float(middleX), Float(middleY)))
  }

  /// A pale wall, darker below.
  private static func wall(width: Int, height: Int) throws(ImagingError) -> Frame {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height * 3)
    for y in 0..<height {
      let grey = UInt8(190 - 70 * y / height)
      for _ in 0..<width { pixels += [grey, grey, grey &- 8] }
    }
    return try Frame(width: width, height: height, bgr: pixels)
  }
}

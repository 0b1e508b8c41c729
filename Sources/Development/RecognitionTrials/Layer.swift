import CScenes
import FaultInjection
import Foundation
import Imaging

/// One thing in a frame: a picture on a surface that moves.
struct Layer {
  enum Shape: Int32 {
    case flat = 0
    case bent = 1
    case head = 2
  }

  var picture: Frame
  var mask: [UInt8]
  var shape = Shape.flat
  /// The face in the picture.
  var points: [Float]
  var relief: Float = 0
  var motion: Motion
  /// The point of the picture that is kept at `place`, measured from the picture's middle.
  var anchor: (x: Float, y: Float)
  /// In frame pixels.
  var place: (x: Float, y: Float)
  /// Frame pixels per picture pixel, and what one eye distance is in frame pixels.
  var scale: Float
  var unit: Float
  /// 1 keeps facing the camera wherever it moves, 0 keeps facing straight ahead.
  var looksAtCamera: Float = 0
  /// When the eyes close, and how long they take to close and open again; seconds.
  var blinks: [(at: Float, seconds: Float)] = []
  var talk: Wander?
  var displayPixels: Float = 0
  var lensBlur: Float = 0

  func surface(_ seconds: Float, frameWidth: Int) -> canteen_cv_surface {
    let size = scale * motion.size(seconds)
    let closed = blinks.map { max(0, 1 - abs(seconds - $0.at) / ($0.seconds / 2)) }.max() ?? 0
    var surface = canteen_cv_surface()
    surface.kind = shape.rawValue
    surface.points = (
      points[0], points[1], points[2], points[3], points[4], points[5], points[6], points[7], points[8],
      points[9]
    )
    surface.relief = relief
    surface.pitch = motion.pitch.at(seconds)
    surface.roll = motion.roll.at(seconds)
    surface.centre_x = place.x + motion.shiftX(seconds) * unit - anchor.x * size
    surface.centre_y = place.y + motion.shiftY(seconds) * unit - anchor.y * size
    surface.scale = size
    // A lens of 60°.
    let focal = 0.87 * Float(frameWidth)
    surface.focal = focal
    let aside = atan((place.x + motion.shiftX(seconds) * unit - Float(frameWidth) / 2) / focal)
    surface.yaw = motion.yaw.at(seconds) + looksAtCamera * aside
    surface.eyes_closed = min(1, closed * 1.5)
    surface.mouth_open = max(0, talk?.at(seconds) ?? 0)
    surface.display_pixels = displayPixels
    surface.lens_blur = lensBlur
    return surface
  }
}

extension Layer {
  /// A head that turns, sways, blinks and talks.
  ///
  /// - Parameter motion: nil for somebody who walks up and stands.
  static func living(
    _ portrait: Portrait, at place: (x: Float, y: Float), unit: Float, motion: Motion? = nil,
    _ random: inout SeededRandom
  ) throws(ImagingError) -> Layer {
    let picture = portrait.picture
    return Layer(
      picture: picture,
      mask: try Frame.mask(
        width: picture.width, height: picture.height, points: portrait.points, part: .headAndShoulders,
        hair: random.number(-0.1...0.35)),
      shape: .head, points: portrait.points, relief: random.number(0.8...1.2),
      motion: motion ?? .person(&random),
      anchor: portrait.eyesOffset, place: place, scale: unit / Portrait.eyeDistance, unit: unit,
      looksAtCamera: random.happens(0.5) ? 1 : 0,
      blinks: random.happens(0.5) ? [(random.number(0.2...2), random.number(0.2...0.4))] : [],
      talk: random.happens(0.3) ? Wander(amplitude: random.number(0.05...0.2), random: &random) : nil)
  }
}

import COpenCV

/// Where a still stands in a replayed frame and in what light.
public struct Placement: Sendable, Equatable {
  /// Middle of the still, in frame pixels.
  public var centreX: Float
  public var centreY: Float
  /// Frame pixels per still pixel.
  public var scale: Float
  public var degrees: Float
  /// Light on the whole frame: every value times gain.
  public var gain: Float

  public init(centreX: Float, centreY: Float, scale: Float, degrees: Float = 0, gain: Float = 1) {
    self.centreX = centreX
    self.centreY = centreY
    self.scale = scale
    self.degrees = degrees
    self.gain = gain
  }
}

extension Frame {
  /// A copy of this background with a still drawn over it, in its light, with sensor noise.
  ///
  /// - Parameter noise: standard deviation; the same seed gives the same noise.
  public func composed(with still: Frame?, at placement: Placement, noise: Float, seed: UInt64)
    throws(ImagingError)
    -> Frame
  {
    let place = canteen_cv_placement(
      centre_x: placement.centreX, centre_y: placement.centreY, scale: placement.scale,
      degrees: placement.degrees, gain: placement.gain, offset: 0, noise: noise, seed: seed)
    let bytes = try unsafe pixels(bgr.count) { background, buffer, error in
      guard let still else {
        return unsafe canteen_cv_compose(background, canteen_cv_image(), place, buffer, &error)
      }
      return unsafe still.bgr.withUnsafeBufferPointer { pixels in
        let image = unsafe canteen_cv_image(
          pixels: pixels.baseAddress, width: Int32(still.width), height: Int32(still.height))
        return unsafe canteen_cv_compose(background, image, place, buffer, &error)
      }
    }
    return try Frame(width: width, height: height, bgr: bytes, sequence: sequence, capturedAt: capturedAt)
  }
}

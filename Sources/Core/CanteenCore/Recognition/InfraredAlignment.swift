/// Maps a point of the colour camera's picture to the infrared camera's: times `scale`, then plus the offset
/// in infrared pixels. Measured once per box with a face at the usual distance.
public struct InfraredAlignment: Sendable, Equatable {
  public var scale: Float
  public var offsetX: Float
  public var offsetY: Float

  public init(scale: Float = 1, offsetX: Float = 0, offsetY: Float = 0) {
    self.scale = scale
    self.offsetX = offsetX
    self.offsetY = offsetY
  }
}

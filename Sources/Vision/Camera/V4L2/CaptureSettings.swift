/// What a camera is asked for. The device gives what it can; ``V4L2Camera/notices`` says where that differs.
public struct CaptureSettings: Sendable, Equatable {
  /// In order of preference; one that reaches the wanted rate near the wanted size goes before one that does not.
  public var formats: [PixelFormat]
  public var width: Int
  public var height: Int
  public var framesPerSecond: Int
  /// Values as the driver counts them; controls that are not named stay as they are.
  public var controls: [CameraControl: Int]

  public init(
    formats: [PixelFormat] = [.yuyv, .nv12, .mjpeg, .grey, .converted], width: Int = 640, height: Int = 480,
    framesPerSecond: Int = 25, controls: [CameraControl: Int] = [:]
  ) {
    self.formats = formats
    self.width = width
    self.height = height
    self.framesPerSecond = framesPerSecond
    self.controls = controls
  }
}

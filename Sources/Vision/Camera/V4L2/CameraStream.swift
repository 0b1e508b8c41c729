/// What a camera was brought to send.
public struct CameraStream: Sendable, Equatable {
  public internal(set) var format: PixelFormat
  /// The format as the driver names it: `YUYV`.
  public internal(set) var letters: String
  public internal(set) var width: Int
  public internal(set) var height: Int
  /// Of the driver, gaps included; 0 for what has no rows.
  public internal(set) var bytesPerLine: Int
  /// nil when the driver does not say.
  public internal(set) var framesPerSecond: Double?
}

/// What an opened camera sends.
public struct CameraStream: Sendable, Equatable {
  public internal(set) var format: PixelFormat
  /// The format as the driver names it: `YUYV`.
  public internal(set) var letters: String
  public internal(set) var width: Int
  public internal(set) var height: Int
  /// As the driver gives it, gaps included; 0 for a format without rows.
  public internal(set) var bytesPerLine: Int
  /// nil when the driver does not say.
  public internal(set) var framesPerSecond: Double?
}

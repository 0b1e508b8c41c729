/// What ``CaptureBenchmark`` found: the way from a camera's buffer to a frame, with one thread.
public struct CaptureFigures: Sendable, Encodable {
  public struct Conversion: Sendable, Encodable {
    public let picture: String
    public let bytesFromCamera: Int
    /// Written by the one conversion; nothing else is copied.
    public let bytesWritten: Int
    public let millisecondsP50: Double
    /// Beside cv2.cvtColor or cv2.imdecode on the same bytes; below 1 is less. nil when there is no peer.
    public let wallRatio: Double?
    public let cpuRatio: Double?

    private enum CodingKeys: String, CodingKey {
      case picture
      case bytesFromCamera = "bytes_from_camera"
      case bytesWritten = "bytes_written"
      case millisecondsP50 = "ms_p50"
      case wallRatio = "wall_ratio"
      case cpuRatio = "cpu_ratio"
    }
  }

  public var threads = 1
  public var conversions: [Conversion] = []
  /// Why a peer could not be compared with.
  public var missing: [String] = []
}

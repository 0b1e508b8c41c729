/// What ``VisionBenchmark`` found. All sides work on the same frames, in turns, with one thread.
public struct VisionFigures: Sendable, Encodable {
  public struct Peer: Sendable, Encodable {
    public let name: String
    public let frames: Int
    /// CPU seconds per second of camera.
    public let cpuShare: Double
    public let frameMillisecondsP50: Double
    /// Our CPU time over theirs on the same frames: below 1 is less.
    public let cpuRatio: Double
    /// Our time for a frame in which we embed a face over their median frame with a face.
    public let latencyRatio: Double

    private enum CodingKeys: String, CodingKey {
      case name
      case frames
      case cpuShare = "cpu_share"
      case frameMillisecondsP50 = "face_frame_ms_p50"
      case cpuRatio = "cpu_ratio"
      case latencyRatio = "latency_ratio"
    }
  }

  public var threads = 1
  public var engine = ""
  public var frames = 0
  public var framesWithFace = 0
  public var framesEmbedded = 0
  public var cpuShare = 0.0
  /// A frame in which a face is followed, and one in which it is embedded too.
  public var followMillisecondsP50 = 0.0
  public var embedFrameMillisecondsP50 = 0.0
  public var peers: [Peer] = []
  /// Why each missing peer could not be compared with.
  public var missing: [String] = []
  public var visits = 0
  public var identified = 0
  public var embeddingsPerNameP50 = 0.0
  public var faceToDecisionP50 = 0.0
  public var faceToDecisionP95 = 0.0

  private enum CodingKeys: String, CodingKey {
    case threads
    case engine
    case frames
    case framesWithFace = "frames_with_face"
    case framesEmbedded = "frames_embedded"
    case cpuShare = "cpu_share"
    case followMillisecondsP50 = "follow_ms_p50"
    case embedFrameMillisecondsP50 = "embed_frame_ms_p50"
    case peers
    case missing
    case visits
    case identified
    case embeddingsPerNameP50 = "embeddings_per_name_p50"
    case faceToDecisionP50 = "face_to_decision_ms_p50"
    case faceToDecisionP95 = "face_to_decision_ms_p95"
  }
}

/// What ``SearchBenchmark`` found. Times are medians of turns taken in one run, one thread on every side.
public struct SearchFigures: Sendable, Encodable {
  public struct Size: Sendable, Encodable {
    public let templates: Int
    /// Our search, which looks at 8-bit codes first.
    public let searchMicroseconds: Double
    /// Our search through all floats.
    public let floatPassMicroseconds: Double
    public let faissMicroseconds: NumberOrNull
    public let numpyMicroseconds: NumberOrNull
    /// Ours against theirs: below 1 is faster.
    public let faissRatio: NumberOrNull
    public let numpyRatio: NumberOrNull

    private enum CodingKeys: String, CodingKey {
      case templates
      case searchMicroseconds = "search_us"
      case floatPassMicroseconds = "float_pass_us"
      case faissMicroseconds = "faiss_us"
      case numpyMicroseconds = "numpy_us"
      case faissRatio = "faiss_ratio"
      case numpyRatio = "numpy_ratio"
    }
  }

  public var threads = 1
  public var instructions = ""
  public var sizes: [Size] = []
  /// Whether FAISS named the same best person each time.
  public var agreesWithFAISS: Bool?
  /// The best of several ways to read memory in order.
  public var bandwidthGigabytesPerSecond = NumberOrNull()
  /// The share of it that the float pass over a million templates reaches; smaller sizes stay in caches.
  public var floatPassShareOfBandwidth = NumberOrNull()
  /// One search among 20,000 templates.
  public var search20kMicroseconds = NumberOrNull()
  /// Everybody against everybody among 20,000 people with three templates.
  public var pairs20kSeconds = 0.0
  public var library = LibraryFigures()

  private enum CodingKeys: String, CodingKey {
    case threads
    case instructions
    case sizes
    case agreesWithFAISS = "agrees_with_faiss"
    case bandwidthGigabytesPerSecond = "bandwidth_gb_s"
    case floatPassShareOfBandwidth = "float_pass_share_of_bandwidth"
    case search20kMicroseconds = "search_20k_us"
    case pairs20kSeconds = "pairs_20k_people_s"
    case library
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(threads, forKey: .threads)
    try container.encode(instructions, forKey: .instructions)
    try container.encode(sizes, forKey: .sizes)
    // Written as null, not left out, when there was no FAISS.
    try container.encode(agreesWithFAISS, forKey: .agreesWithFAISS)
    try container.encode(bandwidthGigabytesPerSecond, forKey: .bandwidthGigabytesPerSecond)
    try container.encode(floatPassShareOfBandwidth, forKey: .floatPassShareOfBandwidth)
    try container.encode(search20kMicroseconds, forKey: .search20kMicroseconds)
    try container.encode(pairs20kSeconds, forKey: .pairs20kSeconds)
    try container.encode(library, forKey: .library)
  }
}

/// A till's library of 20,000 people with three templates.
public struct LibraryFigures: Sendable, Encodable {
  public var people = 0
  public var templates = 0
  public var startSeconds = 0.0
  /// What opening it adds to the memory of the process, at its peak and afterwards.
  public var startPeakMegabytes = 0.0
  public var megabytes = 0.0
  /// What a batch that replaces a thousand people adds at its peak.
  public var batchPeakMegabytes = 0.0
  public var batchMilliseconds = 0.0
  /// One match: the median while nothing else happens, the median and the 99th percentile during batches.
  public var matchMicroseconds = 0.0
  public var matchDuringBatchMicroseconds = 0.0
  public var slowMatchDuringBatchMicroseconds = 0.0

  private enum CodingKeys: String, CodingKey {
    case people
    case templates
    case startSeconds = "start_s"
    case startPeakMegabytes = "start_peak_mb"
    case megabytes = "mb"
    case batchPeakMegabytes = "batch_peak_mb"
    case batchMilliseconds = "batch_ms"
    case matchMicroseconds = "match_us"
    case matchDuringBatchMicroseconds = "match_during_batch_us"
    case slowMatchDuringBatchMicroseconds = "slow_match_during_batch_us"
  }
}

/// A number that is written as null when nobody measured it.
public struct NumberOrNull: Sendable, Encodable {
  public var number: Double?

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(number)
  }
}

/// A moment of civil time for records and signatures: milliseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
  public let millisecondsSince1970: Int64

  public init(millisecondsSince1970: Int64) {
    self.millisecondsSince1970 = millisecondsSince1970
  }

  public var secondsSince1970: Int64 { millisecondsSince1970 / 1_000 }

  public func advanced(by duration: Duration) -> Timestamp {
    Timestamp(millisecondsSince1970: millisecondsSince1970 + duration.wholeMilliseconds)
  }

  public func duration(to other: Timestamp) -> Duration {
    .milliseconds(other.millisecondsSince1970 - millisecondsSince1970)
  }

  public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
    lhs.millisecondsSince1970 < rhs.millisecondsSince1970
  }

  /// The year 2200: whatever is later was never meant.
  private static let latest: Int64 = 7_258_118_400_000

  /// - Throws: `DecodingError` for a time before 1970, which no clock shows, or after 2199.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    millisecondsSince1970 = try container.decode(Int64.self)
    guard (0..<Self.latest).contains(millisecondsSince1970) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "the time is out of range")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(millisecondsSince1970)
  }
}

/// Where records take their time from; injected, so that tests and simulations choose it.
public protocol WallClock: Sendable {
  func now() -> Timestamp
}

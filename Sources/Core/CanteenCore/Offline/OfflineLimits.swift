/// How long and for how much a till may sell without its gateway. A limit that is reached stops faces;
/// payment beside the till stays open.
public struct OfflineLimits: Sendable, Hashable, Codable {
  public let orders: Int
  public let amount: Fen
  public let oldest: Duration
  /// After this long without a library sync while the network is up, staff are warned; nothing stops.
  public let libraryWarning: Duration
  public let library: Duration
  /// Bytes of free disk below which nothing new is booked by a face.
  public let freeDisk: Int64

  public static let usual = OfflineLimits()

  public init(
    orders: Int = 2_000, amount: Fen = Fen(30_000_00), oldest: Duration = .seconds(36 * 3_600),
    libraryWarning: Duration = .seconds(600), library: Duration = .seconds(36 * 3_600),
    freeDisk: Int64 = 64 << 20
  ) {
    self.orders = orders
    self.amount = amount
    self.oldest = oldest
    self.libraryWarning = libraryWarning
    self.library = library
    self.freeDisk = freeDisk
  }

  private enum CodingKeys: String, CodingKey {
    case orders
    case amount = "amount_fen"
    case oldest = "oldest_seconds"
    case libraryWarning = "library_warning_seconds"
    case library = "library_seconds"
    case freeDisk = "free_disk_bytes"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let usual = OfflineLimits.usual
    func duration(_ key: CodingKeys, _ usual: Duration) throws -> Duration {
      try container.decodeIfPresent(Int64.self, forKey: key).map { .seconds($0) } ?? usual
    }
    self.init(
      orders: try container.decodeIfPresent(Int.self, forKey: .orders) ?? usual.orders,
      amount: try container.decodeIfPresent(Fen.self, forKey: .amount) ?? usual.amount,
      oldest: try duration(.oldest, usual.oldest),
      libraryWarning: try duration(.libraryWarning, usual.libraryWarning),
      library: try duration(.library, usual.library),
      freeDisk: try container.decodeIfPresent(Int64.self, forKey: .freeDisk) ?? usual.freeDisk)
    guard orders > 0, amount > .zero, oldest > .zero, libraryWarning > .zero, library > .zero, freeDisk >= 0
    else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: container.codingPath, debugDescription: "offline limits must be more than zero"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(orders, forKey: .orders)
    try container.encode(amount, forKey: .amount)
    try container.encode(oldest.components.seconds, forKey: .oldest)
    try container.encode(libraryWarning.components.seconds, forKey: .libraryWarning)
    try container.encode(library.components.seconds, forKey: .library)
    try container.encode(freeDisk, forKey: .freeDisk)
  }
}

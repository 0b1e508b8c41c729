/// What a crash test ends with.
public struct CrashTrialReport: Sendable {
  public let figures: Figures
  /// One sentence for each fault; empty when everything holds.
  public let findings: [String]
  /// How much was going on, for people.
  public let summary: String

  public struct Figures: Sendable, Encodable {
    public let kills: Int
    public let orders: Int
    public let lost: Int
    public let duplicated: Int
    public let unexplainedFen: Int64
    public let seconds: Int64
    public let seed: UInt64

    private enum CodingKeys: String, CodingKey {
      case kills, orders, lost, duplicated, seconds, seed
      case unexplainedFen = "unexplained_fen"
    }
  }
}

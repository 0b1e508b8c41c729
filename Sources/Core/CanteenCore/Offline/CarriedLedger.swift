/// What the gateway now has of a ledger file that somebody carried to it. Bringing the file again gives the
/// same.
public struct CarriedLedger: Sendable, Equatable, Codable {
  public let terminal: TerminalID
  /// First and last sequence of the file.
  public let first: Int64
  public let last: Int64
  public let entries: Int
  /// How many of them stand beside the till's ledger, which holds others in their place, until that till is recovered.
  public let strays: Int

  public init(terminal: TerminalID, first: Int64, last: Int64, entries: Int, strays: Int = 0) {
    self.terminal = terminal
    self.first = first
    self.last = last
    self.entries = entries
    self.strays = strays
  }

  /// Gateways of earlier versions keep no strays.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    terminal = try container.decode(TerminalID.self, forKey: .terminal)
    first = try container.decode(Int64.self, forKey: .first)
    last = try container.decode(Int64.self, forKey: .last)
    entries = try container.decode(Int.self, forKey: .entries)
    strays = try container.decodeIfPresent(Int.self, forKey: .strays) ?? 0
  }

  private enum CodingKeys: String, CodingKey {
    case terminal = "terminal_id"
    case first
    case last
    case entries
    case strays
  }
}

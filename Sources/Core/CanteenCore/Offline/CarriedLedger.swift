/// What the gateway now has of a ledger file that somebody carried to it. Bringing the file again gives the
/// same.
public struct CarriedLedger: Sendable, Equatable, Codable {
  public let terminal: TerminalID
  /// First and last sequence of the file.
  public let first: Int64
  public let last: Int64
  public let entries: Int

  public init(terminal: TerminalID, first: Int64, last: Int64, entries: Int) {
    self.terminal = terminal
    self.first = first
    self.last = last
    self.entries = entries
  }

  private enum CodingKeys: String, CodingKey {
    case terminal = "terminal_id"
    case first
    case last
    case entries
  }
}

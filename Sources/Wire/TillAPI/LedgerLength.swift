/// How many entries the ledger has, after they were checked, rebuilt or recovered.
public struct LedgerLength: Sendable, Equatable, Codable {
  public let entries: Int64

  public init(entries: Int64) {
    self.entries = entries
  }
}

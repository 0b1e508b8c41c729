/// How many entries the ledger has, after they were checked, made anew or fetched.
public struct LedgerLength: Sendable, Equatable, Codable {
  public let entries: Int64

  public init(entries: Int64) {
    self.entries = entries
  }
}

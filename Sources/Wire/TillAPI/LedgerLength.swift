/// How many entries the ledger has, after they were checked or rebuilt.
public struct LedgerLength: Sendable, Equatable, Codable {
  public let entries: Int64

  public init(entries: Int64) {
    self.entries = entries
  }
}

/// What became of a ledger that took up again what the gateway holds of it.
public struct RecoveredLedger: Sendable, Equatable, Codable {
  /// How many entries it has now.
  public let entries: Int64
  /// Entries that it lacked.
  public let fetched: Int
  /// Entries of its own that the gateway never had; they are kept beside the ledger.
  public let setAside: Int
  /// Those of them that the ledger says again at its end.
  public let broughtBack: Int

  public init(entries: Int64, fetched: Int, setAside: Int, broughtBack: Int) {
    self.entries = entries
    self.fetched = fetched
    self.setAside = setAside
    self.broughtBack = broughtBack
  }

  private enum CodingKeys: String, CodingKey {
    case entries
    case fetched
    case setAside = "set_aside"
    case broughtBack = "brought_back"
  }
}

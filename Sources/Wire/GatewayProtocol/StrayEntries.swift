/// `GET /v1/ledger/strays?after=PLACE`: entries of the till that somebody carried to the gateway after it had taken
/// others in their place. The till says again what they say when it is recovered.
public struct StrayEntries: Sendable, Equatable, Codable {
  public static let mostEntries = 100

  /// As the till signed them, in the order in which they were carried.
  public let entries: [LedgerEntry]
  /// The place of the last, from which the till asks on once it has taken these; nil when there are none.
  public let next: Int64?

  public static let none = StrayEntries(entries: [], next: nil)

  public init(entries: [LedgerEntry], next: Int64?) {
    self.entries = entries
    self.next = next
  }
}

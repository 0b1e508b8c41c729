public import CanteenCore

/// `GET /v1/results?after=CURSOR&epoch=EPOCH&wait=S`: the events for a till since the cursor.
public struct TerminalEvents: Sendable, Codable {
  public let items: [TerminalEvent]
  /// The cursor to ask with next.
  public let cursor: Int64
  /// What the cursor counts within; nil from gateways of earlier versions. When it is not the one the till
  /// asked with, the items start from the beginning.
  public let epoch: StoreEpoch?
  /// The cursor behind which the items begin; nil from gateways of earlier versions.
  public let after: Int64?
  /// How many items are of a kind that this version does not know; they change nothing here.
  public let unknownItems: Int

  public init(items: [TerminalEvent], cursor: Int64, epoch: StoreEpoch? = nil, after: Int64? = nil) {
    self.items = items
    self.cursor = cursor
    self.epoch = epoch
    self.after = after
    unknownItems = 0
  }

  public var place: StorePlace { StorePlace(epoch: epoch, cursor: cursor) }

  /// Whether nothing lies between a place and the items. An answer that was held back, or is sent again, would lead
  /// past what was not heard yet.
  public func continues(_ place: StorePlace) -> Bool {
    after.map { $0 == 0 || $0 == place.cursor } ?? true
  }

  private enum CodingKeys: String, CodingKey {
    case items
    case cursor
    case epoch
    case after
  }

  /// An item of an unknown kind is left out. One of a known kind that cannot be read is an error, so that it comes
  /// again.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let items = try container.decode([Item].self, forKey: .items)
    self.items = items.compactMap(\.known)
    unknownItems = items.count - self.items.count
    cursor = try container.decode(Int64.self, forKey: .cursor)
    epoch = try container.decodeIfPresent(StoreEpoch.self, forKey: .epoch)
    after = try container.decodeIfPresent(Int64.self, forKey: .after)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(items, forKey: .items)
    try container.encode(cursor, forKey: .cursor)
    try container.encodeIfPresent(epoch, forKey: .epoch)
    try container.encodeIfPresent(after, forKey: .after)
  }

  private struct Item: Decodable {
    private struct Kind: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }

      init?(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    let known: TerminalEvent?

    init(from decoder: any Decoder) throws {
      let kinds = try decoder.container(keyedBy: Kind.self).allKeys
      let isKnown = kinds.allSatisfy { TerminalEvent.kinds.contains($0.stringValue) }
      known = isKnown ? try TerminalEvent(from: decoder) : nil
    }
  }
}

public enum TerminalEvent: Sendable, Hashable, Codable {
  case orderResult(OrderResult)
  case refundResult(RefundResult)
  case userStanding(UserStanding)
  /// What a user bought at the other tills that day, in sum; replaces what was said before.
  case spentElsewhere(SpentElsewhere)
  /// The next lease will say something new, such as another operator: ask for it now.
  case leaseChanged

  fileprivate static let kinds: Set<String> = [
    "orderResult", "refundResult", "userStanding", "spentElsewhere", "leaseChanged",
  ]
}

public struct SpentElsewhere: Sendable, Hashable, Codable {
  public let user: OutUserID
  public let day: SchoolDay
  public let entry: DayBook.Entry

  public init(user: OutUserID, day: SchoolDay, entry: DayBook.Entry) {
    self.user = user
    self.day = day
    self.entry = entry
  }

  private enum CodingKeys: String, CodingKey {
    case user = "out_user_id"
    case day
    case entry
  }
}

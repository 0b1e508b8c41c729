public import CanteenCore

/// `GET /v1/results?after=CURSOR&epoch=EPOCH&wait=S`: the events for a till since the cursor.
public struct TerminalEvents: Sendable, Codable {
  public let items: [TerminalEvent]
  /// The cursor to ask with next.
  public let cursor: Int64
  /// What the cursor counts within; nil from gateways of earlier versions. When it is not the one the till
  /// asked with, the items start from the beginning.
  public let epoch: StoreEpoch?

  public init(items: [TerminalEvent], cursor: Int64, epoch: StoreEpoch? = nil) {
    self.items = items
    self.cursor = cursor
    self.epoch = epoch
  }

  public var place: StorePlace { StorePlace(epoch: epoch, cursor: cursor) }
}

public enum TerminalEvent: Sendable, Hashable, Codable {
  case orderResult(OrderResult)
  case refundResult(RefundResult)
  case userStanding(UserStanding)
  /// What a user bought at the other tills that day, in sum; replaces what was said before.
  case spentElsewhere(SpentElsewhere)
  /// The next lease will say something new, such as another operator: ask for it now.
  case leaseChanged
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

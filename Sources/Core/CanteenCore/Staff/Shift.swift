/// One operator's time at a till: from opening to closing, with everything sold in between.
public struct Shift: Sendable, Hashable, Codable {
  /// Counts the shifts of this till: 1, 2, 3 …
  public let number: Int64
  public let operatorID: OperatorID
  public let openedAt: Timestamp

  public init(number: Int64, operatorID: OperatorID, openedAt: Timestamp) {
    self.number = number
    self.operatorID = operatorID
    self.openedAt = openedAt
  }

  private enum CodingKeys: String, CodingKey {
    case number
    case operatorID = "operator"
    case openedAt = "opened_at"
  }
}

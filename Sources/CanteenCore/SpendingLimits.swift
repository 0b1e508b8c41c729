/// What one order and one user's day may cost at most.
public struct SpendingLimits: Sendable, Hashable, Codable {
  /// WeChat's own ceilings for K12 face deduction: ¥100 an order, ¥500 a day.
  public static let platformCeiling = SpendingLimits(order: Fen(100_00), day: Fen(500_00))

  public let order: Fen
  public let day: Fen

  public init(order: Fen, day: Fen) {
    self.order = order
    self.day = day
  }

  public func check(_ amount: Fen) throws(AmountError) {
    guard amount > .zero else { throw .notPositive }
    let limit = min(order, Self.platformCeiling.order)
    guard amount <= limit else { throw .overOrderLimit(limit: limit) }
  }

  private enum CodingKeys: String, CodingKey {
    case order = "order_fen"
    case day = "day_fen"
  }
}

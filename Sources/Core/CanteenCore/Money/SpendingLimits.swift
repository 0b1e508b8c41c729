/// What one order and one user's day may cost at most.
public struct SpendingLimits: Sendable, Hashable, Codable {
  /// WeChat's own ceilings for K12 face deduction: ¥100 an order, ¥500 a day.
  public static let platformCeiling = SpendingLimits(order: Fen(100_00), day: Fen(500_00))
  /// A merchant under test may take ¥1 from a user in a day.
  public static let testMerchant = SpendingLimits(order: Fen(1_00), day: Fen(1_00))

  public let order: Fen
  public let day: Fen
  /// Whether an operator's PIN may go over these limits, though never over the platform's.
  public let operatorMayExceed: Bool

  public init(order: Fen, day: Fen, operatorMayExceed: Bool = false) {
    self.order = order
    self.day = day
    self.operatorMayExceed = operatorMayExceed
  }

  /// These limits, held under the platform's.
  public var capped: SpendingLimits {
    SpendingLimits(
      order: min(order, Self.platformCeiling.order), day: min(day, Self.platformCeiling.day),
      operatorMayExceed: operatorMayExceed)
  }

  /// Whether an amount that staff key can be sold to anybody.
  public func check(_ amount: Fen) throws(AmountError) {
    guard amount > .zero else { throw .notPositive }
    guard amount <= Self.platformCeiling.order else {
      throw .overOrderLimit(limit: Self.platformCeiling.order)
    }
    guard amount <= capped.order || operatorMayExceed else { throw .overOrderLimit(limit: capped.order) }
  }

  private enum CodingKeys: String, CodingKey {
    case order = "order_fen"
    case day = "day_fen"
    case operatorMayExceed = "operator_may_exceed"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    order = try container.decode(Fen.self, forKey: .order)
    day = try container.decode(Fen.self, forKey: .day)
    operatorMayExceed = try container.decodeIfPresent(Bool.self, forKey: .operatorMayExceed) ?? false
  }
}

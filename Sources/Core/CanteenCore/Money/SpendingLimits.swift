/// The most that one order and one user's day may cost, as the school set it.
public struct SpendingLimits: Sendable, Hashable, Codable {
  public let order: Fen
  public let day: Fen
  /// Whether an operator's PIN may go over these limits, though never over the platform's ceilings.
  public let operatorMayExceed: Bool

  public init(order: Fen, day: Fen, operatorMayExceed: Bool = false) {
    self.order = order
    self.day = day
    self.operatorMayExceed = operatorMayExceed
  }

  /// As much as the platform allows.
  public init(of terms: PlatformTerms) {
    self.init(of: [terms])
  }

  /// As much as any of the platforms allows; each user is held to their own platform's ceilings when they buy.
  public init(of terms: [PlatformTerms]) {
    self.init(
      order: terms.map(\.orderCeiling).max() ?? PlatformTerms.unnamed.orderCeiling,
      day: terms.map(\.dayCeiling).max() ?? PlatformTerms.unnamed.dayCeiling)
  }

  /// These limits, held under the platform's ceilings.
  public func capped(by terms: PlatformTerms) -> SpendingLimits {
    capped(by: [terms])
  }

  /// These limits, held under what any of the platforms allows.
  public func capped(by terms: [PlatformTerms]) -> SpendingLimits {
    let most = SpendingLimits(of: terms)
    return SpendingLimits(
      order: min(order, most.order), day: min(day, most.day), operatorMayExceed: operatorMayExceed)
  }

  /// Whether an amount that staff key can be sold to anybody.
  public func check(_ amount: Fen, under terms: PlatformTerms) throws(AmountError) {
    guard amount > .zero else { throw .notPositive }
    guard amount <= terms.orderCeiling else { throw .overOrderLimit(limit: terms.orderCeiling) }
    let limit = capped(by: terms).order
    guard amount <= limit || operatorMayExceed else { throw .overOrderLimit(limit: limit) }
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

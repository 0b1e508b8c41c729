/// How the school sells: its meals, prices, menu and subsidies. Comes with the lease.
public struct MealPlan: Sendable, Hashable, Codable {
  public enum OutsidePeriods: String, Sendable, Hashable, Codable {
    /// Nothing is sold to an identified user.
    case refuse
    /// Staff may, by an override with a reason.
    case override
    case allow
  }

  /// Minutes the school's clock is ahead of UTC.
  public let utcOffset: Int
  /// In order of time, without overlap. Empty: the whole day is one nameless period without limits of its own.
  public let periods: [MealPeriod]
  public let outsidePeriods: OutsidePeriods
  public let menu: [MenuItem]
  public let subsidies: [Subsidy]

  /// A school that named no meals: everything is sold at any time.
  public static let unplanned = MealPlan()

  public init(
    utcOffset: Int = 480, periods: [MealPeriod] = [], outsidePeriods: OutsidePeriods = .refuse,
    menu: [MenuItem] = [], subsidies: [Subsidy] = []
  ) {
    self.utcOffset = utcOffset
    self.periods = periods
    self.outsidePeriods = outsidePeriods
    self.menu = menu
    self.subsidies = subsidies
  }

  public func schoolTime(_ time: Timestamp) -> SchoolTime {
    SchoolTime(time, utcOffset: utcOffset)
  }

  public func period(at time: SchoolTime) -> MealPeriod? {
    periods.first { $0.opens <= time.minute && time.minute < $0.closes }
  }

  /// What is wrong with the plan, the first thing found; nil for a sound plan.
  public var flaw: String? {
    guard (-720...840).contains(utcOffset) else { return "utc_offset must be -720 to 840 minutes" }
    var end = 0
    for period in periods {
      guard period.opens >= end, period.closes > period.opens, period.closes <= 1_440 else {
        return "meal \(period.id): periods must be in order, not overlap and lie within one day"
      }
      end = period.closes
      guard (1...20).contains(period.mealsPerUser) else { return "meal \(period.id): 1 to 20 meals per user" }
      let prices = Array(period.groupPrices.values) + (period.price.map { [$0] } ?? [])
      guard prices.allSatisfy(Self.canBePrice) else { return "meal \(period.id): a price is out of range" }
    }
    guard Set(periods.map(\.id)).count == periods.count else { return "two meals have one id" }
    guard Set(menu.map(\.id)).count == menu.count else { return "two dishes have one id" }
    for item in menu {
      guard Self.canBePrice(item.price), item.groupPrices.values.allSatisfy(Self.canBePrice) else {
        return "dish \(item.id): a price is out of range"
      }
    }
    guard subsidies.allSatisfy({ Self.canBePrice($0.upTo) }) else { return "a subsidy is out of range" }
    return nil
  }

  /// The highest price of one meal or dish; zero when none has one.
  public var dearestPrice: Fen {
    let meals = periods.flatMap { Array($0.groupPrices.values) + [$0.price].compactMap(\.self) }
    let dishes = menu.flatMap { Array($0.groupPrices.values) + [$0.price] }
    return (meals + dishes).max() ?? .zero
  }

  private static func canBePrice(_ price: Fen) -> Bool {
    price > .zero && price <= Order.mostAmount
  }

  private enum CodingKeys: String, CodingKey {
    case utcOffset = "utc_offset_minutes"
    case periods
    case outsidePeriods = "outside_periods"
    case menu
    case subsidies
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let none = MealPlan.unplanned
    utcOffset = try container.decodeIfPresent(Int.self, forKey: .utcOffset) ?? none.utcOffset
    periods = try container.decodeIfPresent([MealPeriod].self, forKey: .periods) ?? []
    outsidePeriods =
      try container.decodeIfPresent(OutsidePeriods.self, forKey: .outsidePeriods) ?? none.outsidePeriods
    menu = try container.decodeIfPresent([MenuItem].self, forKey: .menu) ?? []
    subsidies = try container.decodeIfPresent([Subsidy].self, forKey: .subsidies) ?? []
    if let flaw {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: container.codingPath, debugDescription: flaw))
    }
  }
}

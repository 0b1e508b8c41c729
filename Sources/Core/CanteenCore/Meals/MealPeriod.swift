public enum MealPeriodSubject: Sendable {}
public enum MenuItemSubject: Sendable {}
public enum UserGroupSubject: Sendable {}

public typealias MealPeriodID = Identifier<MealPeriodSubject>
public typealias MenuItemID = Identifier<MenuItemSubject>
/// Who pays which price: students, staff, boarders …
public typealias UserGroup = Identifier<UserGroupSubject>

/// One meal of the day (餐段): when it is sold and what it costs at a fixed price.
public struct MealPeriod: Sendable, Hashable, Codable {
  public let id: MealPeriodID
  /// For screens and reports.
  public let title: String
  /// Minutes since midnight; sold from `opens` until just before `closes`.
  public let opens: Int
  public let closes: Int
  /// The price for users whose group has none of its own; nil when this meal has no fixed price.
  public let price: Fen?
  /// Prices by group, keyed by ``UserGroup``'s text.
  public let groupPrices: [String: Fen]
  /// Meals one user may take in this period; more need an override.
  public let mealsPerUser: Int

  public init(
    id: MealPeriodID, title: String, opens: Int, closes: Int, price: Fen? = nil,
    groupPrices: [String: Fen] = [:], mealsPerUser: Int = 1
  ) {
    self.id = id
    self.title = title
    self.opens = opens
    self.closes = closes
    self.price = price
    self.groupPrices = groupPrices
    self.mealsPerUser = mealsPerUser
  }

  public func price(for group: UserGroup?) -> Fen? {
    group.flatMap { groupPrices[$0.text] } ?? price
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case title
    case opens
    case closes
    case price = "price_fen"
    case groupPrices = "group_prices_fen"
    case mealsPerUser = "meals_per_user"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func minute(_ key: CodingKeys) throws -> Int {
      guard let minute = MinuteOfDay.read(try container.decode(String.self, forKey: key)) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: "must be a time like \"11:30\"")
      }
      return minute
    }
    id = try container.decode(MealPeriodID.self, forKey: .id)
    title = try container.decodeIfPresent(String.self, forKey: .title) ?? id.text
    opens = try minute(.opens)
    closes = try minute(.closes)
    price = try container.decodeIfPresent(Fen.self, forKey: .price)
    groupPrices = try container.decodeIfPresent([String: Fen].self, forKey: .groupPrices) ?? [:]
    mealsPerUser = try container.decodeIfPresent(Int.self, forKey: .mealsPerUser) ?? 1
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(title, forKey: .title)
    try container.encode(MinuteOfDay.text(opens), forKey: .opens)
    try container.encode(MinuteOfDay.text(closes), forKey: .closes)
    try container.encodeIfPresent(price, forKey: .price)
    try container.encode(groupPrices, forKey: .groupPrices)
    try container.encode(mealsPerUser, forKey: .mealsPerUser)
  }
}

/// `11:30`, as people and settings write the time of day; `24:00` ends a day.
enum MinuteOfDay {
  static func read(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
      let hour = Int(parts[0]), let minute = Int(parts[1]), (0...24).contains(hour),
      (0...59).contains(minute),
      hour * 60 + minute <= 1_440
    else { return nil }
    return hour * 60 + minute
  }

  static func text(_ minute: Int) -> String {
    "\(minute / 60 < 10 ? "0" : "")\(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)"
  }
}

/// One key of the menu: a dish and its price.
public struct MenuItem: Sendable, Hashable, Codable {
  public let id: MenuItemID
  public let name: String
  public let price: Fen
  public let groupPrices: [String: Fen]

  public init(id: MenuItemID, name: String, price: Fen, groupPrices: [String: Fen] = [:]) {
    self.id = id
    self.name = name
    self.price = price
    self.groupPrices = groupPrices
  }

  public func price(for group: UserGroup?) -> Fen {
    group.flatMap { groupPrices[$0.text] } ?? price
  }

  private enum CodingKeys: String, CodingKey {
    case id
    case name
    case price = "price_fen"
    case groupPrices = "group_prices_fen"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(MenuItemID.self, forKey: .id)
    name = try container.decode(String.self, forKey: .name)
    price = try container.decode(Fen.self, forKey: .price)
    groupPrices = try container.decodeIfPresent([String: Fen].self, forKey: .groupPrices) ?? [:]
  }
}

/// The part of a meal's price that the school pays.
public struct Subsidy: Sendable, Hashable, Codable {
  public let group: UserGroup
  /// The meal it is for; nil for every meal.
  public let period: MealPeriodID?
  /// At most this much of one meal; once in each period of a day.
  public let upTo: Fen

  public init(group: UserGroup, period: MealPeriodID?, upTo: Fen) {
    self.group = group
    self.period = period
    self.upTo = upTo
  }

  private enum CodingKeys: String, CodingKey {
    case group
    case period
    case upTo = "up_to_fen"
  }
}

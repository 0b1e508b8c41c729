/// What each user has bought on the days that still matter: at this till and, as far as known, at the others.
public struct DayBook: Sendable, Equatable {
  /// One day of one user.
  public struct Entry: Sendable, Hashable, Codable {
    /// What the platform was or will be asked for.
    public var personal: Fen
    /// Meals taken, keyed by ``MealPeriodID``'s text.
    public var meals: [String: Int]

    public static let empty = Entry(personal: .zero, meals: [:])

    public init(personal: Fen, meals: [String: Int]) {
      self.personal = personal
      self.meals = meals
    }

    /// More meals than this a day, or of more kinds, no canteen serves: sums of what is read stay sums.
    private static let (mostMeals, mostPeriods) = (1_000, 100)

    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      personal = try container.decode(Fen.self, forKey: .personal)
      meals = try container.decode([String: Int].self, forKey: .meals)
      guard meals.count <= Self.mostPeriods, meals.values.allSatisfy((0...Self.mostMeals).contains) else {
        throw DecodingError.dataCorruptedError(
          forKey: .meals, in: container, debugDescription: "No user takes so many meals a day.")
      }
    }

    static func + (lhs: Entry, rhs: Entry) -> Entry {
      Entry(personal: lhs.personal + rhs.personal, meals: lhs.meals.merging(rhs.meals, uniquingKeysWith: +))
    }

    private enum CodingKeys: String, CodingKey {
      case personal = "personal_fen"
      case meals
    }
  }

  /// The part of an order that counts here: who ate what, when, for how much.
  public struct Sale: Sendable, Hashable {
    public let user: OutUserID
    public let day: SchoolDay
    public let personal: Fen
    public let period: MealPeriodID?

    public init(user: OutUserID, day: SchoolDay, personal: Fen, period: MealPeriodID?) {
      self.user = user
      self.day = day
      self.personal = personal
      self.period = period
    }

    /// nil when nobody was recognised, or on a till that did not know the day.
    public init?(_ order: Order) {
      guard let user = order.user, let day = order.day else { return nil }
      self.init(user: user.outUserID, day: day, personal: order.toCollect, period: order.period)
    }
  }

  private struct Key: Hashable {
    let user: OutUserID
    let day: SchoolDay
  }

  private var here: [Key: Entry] = [:]
  private var elsewhere: [Key: Entry] = [:]

  public init() {}

  public func entry(of user: OutUserID, on day: SchoolDay) -> Entry {
    let key = Key(user: user, day: day)
    return (here[key] ?? .empty) + (elsewhere[key] ?? .empty)
  }

  /// A sale of this till that stands.
  public mutating func add(_ sale: Sale) { change(sale, by: 1) }

  /// The sale does not stand after all: voided, or refused for good.
  public mutating func takeBack(_ sale: Sale) { change(sale, by: -1) }

  /// The sum of what the other tills sold this user that day; replaces what was known before.
  public mutating func set(_ entry: Entry, elsewhereFor user: OutUserID, on day: SchoolDay) {
    elsewhere[Key(user: user, day: day)] = entry
  }

  /// Forgets days before `day`.
  public mutating func forget(before day: SchoolDay) {
    here = here.filter { $0.key.day >= day }
    elsewhere = elsewhere.filter { $0.key.day >= day }
  }

  private mutating func change(_ sale: Sale, by sign: Int) {
    let key = Key(user: sale.user, day: sale.day)
    var entry = here[key] ?? .empty
    entry.personal = Fen(entry.personal.count + sale.personal.count * Int64(sign))
    if let period = sale.period { entry.meals[period.text, default: 0] += sign }
    here[key] = entry
  }
}

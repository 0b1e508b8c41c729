public import CanteenCore

/// Who pays without a face: `card`, or `out_user_id` by `chosen_by_staff`, or both of `out_user_id` and `pin`.
public struct NamedPayer: Sendable, Equatable, Codable {
  public let by: Payer.Kind
  public let user: OutUserID?
  /// As the reader reads it.
  public let card: String?
  public let pin: String?

  public init(by kind: Payer.Kind, user: OutUserID? = nil, card: String? = nil, pin: String? = nil) {
    by = kind
    self.user = user
    self.card = card
    self.pin = pin
  }

  private enum CodingKeys: String, CodingKey {
    case by
    case user = "out_user_id"
    case card
    case pin
  }
}

/// A payment code that somebody's phone showed.
public struct ShownCode: Sendable, Equatable, Codable {
  /// 16 to 24 digits. Kept nowhere.
  public let code: String
  /// Whose meal it is, for their price and their meals; nobody's as a rule.
  public let payer: NamedPayer?

  public init(code: String, payer: NamedPayer? = nil) {
    self.code = code
    self.payer = payer
  }
}

/// What staff say about a payment code whose outcome is unclear.
public struct UnclearMeal: Sendable, Equatable, Codable {
  /// The meal was handed out: the order stands, and the money follows the platform's word. Otherwise whatever the code
  /// took is given back.
  public let mealGiven: Bool

  public init(mealGiven: Bool) {
    self.mealGiven = mealGiven
  }

  private enum CodingKeys: String, CodingKey {
    case mealGiven = "meal_given"
  }
}

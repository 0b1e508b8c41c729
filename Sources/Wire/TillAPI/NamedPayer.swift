public import CanteenCore

/// Who pays without a face: `card` alone, `out_user_id` alone (`chosen_by_staff`), or `out_user_id` with
/// `pin`.
public struct NamedPayer: Sendable, Equatable, Codable {
  public let by: Payer.Kind
  public let user: OutUserID?
  /// The card's number as the reader gives it.
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
  /// Whose meal it is, for their price and their meals; usually nil.
  public let payer: NamedPayer?

  public init(code: String, payer: NamedPayer? = nil) {
    self.code = code
    self.payer = payer
  }
}

/// What staff say about a payment code whose outcome is unclear.
public struct UnclearMeal: Sendable, Equatable, Codable {
  /// True when the meal was handed out: the order stands, and the money is settled by what the platform says.
  /// Otherwise whatever the code took is given back.
  public let mealGiven: Bool

  public init(mealGiven: Bool) {
    self.mealGiven = mealGiven
  }

  private enum CodingKeys: String, CodingKey {
    case mealGiven = "meal_given"
  }
}

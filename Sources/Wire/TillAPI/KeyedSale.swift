public import CanteenCore

/// What staff keyed: an amount in yuan, dishes with how many of each, or one of the modes that need no key.
///
/// With no field at all it means the amount that is locked already.
public struct KeyedSale: Sendable, Equatable, Codable {
  /// For example `12.50`.
  public let yuan: String?
  /// How many of each dish, by the dish's ID in the menu.
  public let dishes: [String: Int]?
  /// `fixed` and `count` need no more; the others say what kind of key came with them.
  public let mode: AmountMode?
  /// How staff took the money, if they did and say so.
  public let taken: TakenBeside?

  public init(
    yuan: String? = nil, dishes: [String: Int]? = nil, mode: AmountMode? = nil, taken: TakenBeside? = nil
  ) {
    self.yuan = yuan
    self.dishes = dishes
    self.mode = mode
    self.taken = taken
  }
}

/// What a student typed where look-alikes are told apart.
public struct TypedTail: Sendable, Equatable, Codable {
  /// Four digits.
  public let tail: String

  public init(tail: String) {
    self.tail = tail
  }
}

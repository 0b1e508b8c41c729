/// An amount of money in fen; ¥1 is 100 fen. All money in this project is counted in fen (I7).
public struct Fen: Sendable, Hashable, Comparable, Codable {
  public let count: Int64

  public init(_ count: Int64) {
    self.count = count
  }

  public static let zero = Fen(0)

  public static func < (lhs: Fen, rhs: Fen) -> Bool { lhs.count < rhs.count }
  public static func + (lhs: Fen, rhs: Fen) -> Fen { Fen(lhs.count + rhs.count) }
  public static func - (lhs: Fen, rhs: Fen) -> Fen { Fen(lhs.count - rhs.count) }

  /// The largest amount that is read: ¥10,000,000,000. A million of them can be added without overflow.
  private static let most: Int64 = 1_000_000_000_000

  /// - Throws: `DecodingError` for an amount beyond ±¥10,000,000,000.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    count = try container.decode(Int64.self)
    guard (-Self.most...Self.most).contains(count) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "the amount is out of range")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(count)
  }

  /// Yuan with two decimals, for people: 1250 fen is `12.50`.
  public var yuan: String {
    let magnitude = count.magnitude
    let cents = magnitude % 100
    return "\(count < 0 ? "-" : "")\(magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
  }

  /// Reads what a keypad gives: one to nine ASCII digits, then at most a dot and one or two decimals.
  ///
  /// - Throws: ``AmountError/notAnAmount`` for anything else, such as `1e3`, full-width digits or nothing.
  public init(yuan text: String) throws(AmountError) {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard let whole = parts.first, (1...9).contains(whole.count), parts.count <= 2 else {
      throw .notAnAmount
    }
    let decimals = parts.dropFirst().first ?? parts[0].prefix(0)
    guard parts.count == 1 || (1...2).contains(decimals.count) else { throw .notAnAmount }
    var fen: Int64 = 0
    for digit in Array(whole) + Array(decimals) {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { throw .notAnAmount }
      fen = fen * 10 + Int64(digit - UInt8(ascii: "0"))
    }
    for _ in decimals.count..<2 { fen *= 10 }
    self.init(fen)
  }
}

/// Why an amount cannot be sold.
public enum AmountError: Error, Equatable, CustomStringConvertible {
  case notAnAmount
  case notPositive
  case overOrderLimit(limit: Fen)
  /// No meal with a fixed price is sold at this time.
  case noPriceNow
  case unknownDish
  case badQuantity

  public var description: String {
    switch self {
    case .notAnAmount: "That is not an amount; enter yuan with at most two decimals, for example 12.50."
    case .notPositive: "The amount must be more than zero."
    case .overOrderLimit(let limit): "The amount is over the limit of ¥\(limit.yuan) for one order."
    case .noPriceNow:
      "No meal with a fixed price is sold at this time; key the amount or check the meal plan."
    case .unknownDish: "That dish is not on the menu any more; reload the page."
    case .badQuantity: "Sell 1 to 20 of one dish in one order."
    }
  }
}

/// The merchant's number of one order, `out_trade_no`: 6 … 32 characters of `A–Z a–z 0–9 _ -`.
///
/// It is given once, when the amount is locked; every retry of the same order carries it unchanged (I2).
public struct OutTradeNumber: Sendable, Hashable, Codable, CustomStringConvertible {
  public let text: String

  public init(_ text: String) throws(OutTradeNumberError) {
    guard (6...32).contains(text.utf8.count), text.utf8.allSatisfy(\.isNameCharacter) else {
      throw OutTradeNumberError()
    }
    self.text = text
  }

  public var description: String { text }

  public init(from decoder: any Decoder) throws {
    try self.init(decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

public struct OutTradeNumberError: Error, Equatable, CustomStringConvertible {
  public init() {}

  public var description: String { "An order number has 6 to 32 letters, digits, '_' or '-'." }
}

/// Numbers the orders of one run of one till: a prefix that no other run has, then a counter.
///
/// The prefix carries the day, the till and random characters, so a counter that starts again after a restart
/// cannot repeat an earlier number.
public struct OrderNumbering: Sendable, Equatable {
  /// Characters left for the counter; a million orders in one run are beyond any canteen.
  private static let counterDigits = 6

  private let prefix: String
  private var count = 0

  /// - Parameter prefix: up to 26 characters that are allowed in an order number.
  public init(prefix: String) throws(OutTradeNumberError) {
    _ = try OutTradeNumber(prefix + String(repeating: "0", count: Self.counterDigits))
    self.prefix = prefix
  }

  public mutating func next() -> OutTradeNumber {
    count += 1
    let digits = String(count)
    let padding = String(repeating: "0", count: max(0, Self.counterDigits - digits.count))
    do {
      return try OutTradeNumber(prefix + padding + digits)
    } catch {
      preconditionFailure("The prefix was checked and the counter holds a million orders.")
    }
  }
}

/// The merchant's number of one refund, `out_refund_no`: 1 … 64 characters of `A–Z a–z 0–9 _ -`.
///
/// It is given once, when the refund is decided; every retry carries it unchanged.
public struct OutRefundNumber: Sendable, Hashable, Codable, CustomStringConvertible {
  public let text: String

  public init(_ text: String) throws(OutRefundNumberError) {
    guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(\.isNameCharacter) else {
      throw OutRefundNumberError()
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

public struct OutRefundNumberError: Error, Equatable, CustomStringConvertible {
  public var description: String { "A refund number has 1 to 64 letters, digits, '_' or '-'." }
}

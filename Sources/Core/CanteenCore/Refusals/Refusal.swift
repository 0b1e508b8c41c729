/// The form of every refusal by the gateway and by the till's own interface: `{"code", "message"}`.
public struct Refusal: Sendable, Codable, Equatable, Error, CustomStringConvertible {
  public let code: RefusalCode
  /// One sentence for a person, saying what to do.
  public let message: String

  public init(code: RefusalCode, message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}

/// The word for programs in a ``Refusal``. Another version may send words that this one does not know.
public enum RefusalCode: Sendable, Hashable, Codable {
  case known(RefusalReason)
  case unknown(String)

  public init(_ text: String) {
    self = RefusalReason(rawValue: text).map(Self.known) ?? .unknown(text)
  }

  public var text: String {
    switch self {
    case .known(let reason): reason.rawValue
    case .unknown(let text): text
    }
  }

  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// How every refusal of the gateway and of the till's own interface looks: `{"code", "message"}`.
public struct Refusal: Sendable, Codable, Error, CustomStringConvertible {
  public let code: String
  /// One sentence for a person, saying what to do.
  public let message: String

  public init(code: String, message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}

/// The header by which a till says who it is until mutual TLS does.
public enum TerminalHeader {
  public static let name = "canteen-terminal"
}

/// A name for one thing of one kind. `Subject` keeps a user's name from being passed where a till's is meant.
///
/// 1 … 64 characters of `A–Z a–z 0–9 _ - .`; anything else is refused, also when decoded.
public struct Identifier<Subject>: Sendable, Hashable, Codable, CustomStringConvertible {
  public let text: String

  public init(_ text: String) throws(IdentifierError) {
    guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(Self.allows) else {
      throw IdentifierError(text: String(text.prefix(80)))
    }
    self.text = text
  }

  /// A name that is written in the source code; it is not checked.
  init(known text: StaticString) {
    self.text = "\(text)"
  }

  private static func allows(_ byte: UInt8) -> Bool {
    byte.isNameCharacter || byte == UInt8(ascii: ".")
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

public struct IdentifierError: Error, Equatable, CustomStringConvertible {
  public let text: String

  public var description: String {
    "\"\(text)\" is not a valid name: use 1 to 64 letters, digits, '_', '-' or '.'."
  }
}

public enum TerminalSubject: Sendable {}
public enum FaceUserSubject: Sendable {}
public enum OrganizationSubject: Sendable {}

/// One till's box.
public typealias TerminalID = Identifier<TerminalSubject>
/// A face user by the school's own number; the platforms call it `out_user_id`.
public typealias OutUserID = Identifier<FaceUserSubject>
/// The school.
public typealias OrganizationID = Identifier<OrganizationSubject>

/// A person of the till's library without the templates.
public struct LibraryPerson: Sendable, Hashable, Codable {
  public let user: RecognisedUser
  /// The account that pays; nil when the school gave no phone.
  public let guardian: GuardianAccount?
  /// People of the library whose faces are too like this one's, as the gateway found when the library
  /// changed.
  public let lookAlikes: [OutUserID]

  public init(user: RecognisedUser, guardian: GuardianAccount? = nil, lookAlikes: [OutUserID] = []) {
    self.user = user
    self.guardian = guardian
    self.lookAlikes = lookAlikes
  }

  private enum CodingKeys: String, CodingKey {
    case user
    case guardian
    case lookAlikes = "look_alikes"
  }
}

/// The phone and contract account that pay for a user, as far as a till must know them.
public struct GuardianAccount: Sendable, Hashable, Codable {
  /// Equal exactly for users who share phone and contract account; says nothing else.
  public let key: String
  public let phoneTail: PhoneTail

  public init(key: String, phoneTail: PhoneTail) {
    self.key = key
    self.phoneTail = phoneTail
  }

  private enum CodingKeys: String, CodingKey {
    case key
    case phoneTail = "phone_tail"
  }
}

/// The last four digits of a phone number. Personal data: its description hides them.
public struct PhoneTail: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  public let digits: String

  /// nil unless there are exactly four ASCII digits.
  public init?(_ digits: String) {
    guard digits.utf8.count == 4, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    self.digits = digits
  }

  public var description: String { "****" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension PhoneTail: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let tail = PhoneTail(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a phone tail has 4 digits")
    }
    self = tail
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(digits)
  }
}

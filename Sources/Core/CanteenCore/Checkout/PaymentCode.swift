/// A payment code as somebody's phone shows it. Whoever has it can take money: its description hides it, and it is
/// written nowhere.
public struct PaymentCode: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
  public let digits: String

  /// nil unless there are 16 to 24 ASCII digits. ``SchoolTerms/platform(of:)`` tells which platform's code it
  /// is.
  public init?(_ digits: String) {
    guard (16...24).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    self.digits = digits
  }

  public var description: String { "****" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// What is known about the money of one payment code.
public enum CodeOutcome: Sendable, Equatable {
  case charged(transactionID: String)
  /// Nothing was taken, and nothing will be.
  case notCharged(reason: String)
  /// The money may have been taken: do not show another code, and do not forget this one.
  case unclear(reason: String)
}

/// How a school's tills can collect money, besides by face and by hand.
public struct MeansOffered: Sendable, Hashable, Codable {
  /// A platform takes payment codes for this school.
  public var paymentCodes: Bool
  /// The school keeps accounts of its own, from which a card, a PIN or a name may pay.
  public var schoolAccounts: Bool
  /// Platforms that deduct from a user whom the till identified without a face.
  public var agreements: [PlatformID]

  /// What holds for a till that was told of no other way.
  public static let faceOnly = MeansOffered()

  public init(paymentCodes: Bool = false, schoolAccounts: Bool = false, agreements: [PlatformID] = []) {
    self.paymentCodes = paymentCodes
    self.schoolAccounts = schoolAccounts
    self.agreements = agreements
  }

  /// How to collect from somebody who was identified without a face; nil when there is no way.
  public var collectionWithoutFace: MoneyCollection? {
    if let platform = agreements.first { return .agreement(platform) }
    return schoolAccounts ? .besideTill(.schoolAccount) : nil
  }

  private enum CodingKeys: String, CodingKey {
    case paymentCodes = "payment_codes"
    case schoolAccounts = "school_accounts"
    case agreements
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    paymentCodes = try container.decodeIfPresent(Bool.self, forKey: .paymentCodes) ?? false
    schoolAccounts = try container.decodeIfPresent(Bool.self, forKey: .schoolAccounts) ?? false
    agreements = try container.decodeIfPresent([PlatformID].self, forKey: .agreements) ?? []
  }
}

/// What a platform lets a school do: ceilings, hours, attempts and forms of numbers. They come from the platform's own
/// code and travel to the tills with the lease.
public struct PlatformTerms: Sendable, Hashable, Codable {
  public let platform: PlatformID
  /// The most for one order, and the most one user is asked for in a day.
  public let orderCeiling: Fen
  public let dayCeiling: Fen
  /// When a delayed deduction may be tried again, in minutes since the school's midnight, in order.
  public let deductionWindows: [DayWindow]
  /// The most attempts to deduct one order in one day; the platform blocks more.
  public let mostDeductionsPerDay: Int
  /// The fewest characters that a user's number at the school may have.
  public let leastUserIDLength: Int
  /// The most partial refunds of one order.
  public let mostRefundsPerOrder: Int
  /// Whether the platform deducts from a user whom the till identified without a face.
  public let collectsByUser: Bool
  /// nil for a platform that takes no payment codes here.
  public var paymentCodes: PaymentCodeForm?

  public init(
    platform: PlatformID, orderCeiling: Fen, dayCeiling: Fen, deductionWindows: [DayWindow],
    mostDeductionsPerDay: Int, leastUserIDLength: Int, mostRefundsPerOrder: Int, collectsByUser: Bool,
    paymentCodes: PaymentCodeForm? = nil
  ) {
    self.platform = platform
    self.orderCeiling = orderCeiling
    self.dayCeiling = dayCeiling
    self.deductionWindows = deductionWindows
    self.mostDeductionsPerDay = mostDeductionsPerDay
    self.leastUserIDLength = leastUserIDLength
    self.mostRefundsPerOrder = mostRefundsPerOrder
    self.collectsByUser = collectsByUser
    self.paymentCodes = paymentCodes
  }

  /// The terms of every till before leases carried any. A till without a lease keeps to them too.
  public static let unnamed = PlatformTerms(
    platform: .weChatPay, orderCeiling: Fen(100_00), dayCeiling: Fen(500_00),
    deductionWindows: [
      DayWindow(opens: 6 * 60, closes: 8 * 60), DayWindow(opens: 11 * 60, closes: 14 * 60),
      DayWindow(opens: 16 * 60, closes: 20 * 60),
    ], mostDeductionsPerDay: 5, leastUserIDLength: 6, mostRefundsPerOrder: 50, collectsByUser: false)

  /// These terms with lower ceilings, for a merchant who may take only this much.
  public func lowered(order: Fen, day: Fen) -> PlatformTerms {
    PlatformTerms(
      platform: platform, orderCeiling: min(order, orderCeiling), dayCeiling: min(day, dayCeiling),
      deductionWindows: deductionWindows, mostDeductionsPerDay: mostDeductionsPerDay,
      leastUserIDLength: leastUserIDLength, mostRefundsPerOrder: mostRefundsPerOrder,
      collectsByUser: collectsByUser, paymentCodes: paymentCodes)
  }

  private enum CodingKeys: String, CodingKey {
    case platform
    case orderCeiling = "order_ceiling_fen"
    case dayCeiling = "day_ceiling_fen"
    case deductionWindows = "deduction_windows"
    case mostDeductionsPerDay = "most_deductions_per_day"
    case leastUserIDLength = "least_user_id_length"
    case mostRefundsPerOrder = "most_refunds_per_order"
    case collectsByUser = "collects_by_user"
    case paymentCodes = "payment_codes"
  }
}

/// What one platform's payment codes look like. It tells them from another platform's.
public struct PaymentCodeForm: Sendable, Hashable, Codable {
  public let leastDigits: Int
  public let mostDigits: Int
  /// A code begins with one of them.
  public let prefixes: [String]

  public init(leastDigits: Int, mostDigits: Int, prefixes: [String]) {
    self.leastDigits = leastDigits
    self.mostDigits = mostDigits
    self.prefixes = prefixes
  }

  public func fits(_ code: PaymentCode) -> Bool {
    (leastDigits...max(leastDigits, mostDigits)).contains(code.digits.utf8.count)
      && prefixes.contains { code.digits.hasPrefix($0) }
  }

  private enum CodingKeys: String, CodingKey {
    case leastDigits = "least_digits"
    case mostDigits = "most_digits"
    case prefixes
  }
}

/// A part of the day, in minutes since midnight.
public struct DayWindow: Sendable, Hashable, Codable {
  public let opens: Int
  public let closes: Int

  public init(opens: Int, closes: Int) {
    self.opens = opens
    self.closes = closes
  }
}

/// What lets a till collect through one platform: the platform's credential and the merchant's numbers, none of them
/// secret.
public struct PlatformCredential: Sendable, Hashable, Codable {
  public let platform: PlatformID
  /// The platform's own text (`authinfo` at WeChat Pay); opaque to till and gateway.
  public let text: String
  /// The merchant's numbers, keyed by the platform's names for them.
  public let merchant: [String: String]

  public init(platform: PlatformID, text: String, merchant: [String: String]) {
    self.platform = platform
    self.text = text
    self.merchant = merchant
  }
}

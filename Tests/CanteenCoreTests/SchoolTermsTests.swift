import CanteenCore
import CanteenTestSupport
import Testing

/// A school with two platforms: each user and each code is held to its own.
struct SchoolTermsTests {
  private let alipay: PlatformID
  private let terms: SchoolTerms

  init() throws {
    alipay = try PlatformID("alipay")
    var first = PlatformTerms.unnamed
    first.paymentCodes = PaymentCodeForm(leastDigits: 18, mostDigits: 18, prefixes: ["10", "13", "15"])
    terms = SchoolTerms([
      first,
      PlatformTerms(
        platform: alipay, orderCeiling: Fen(300_00), dayCeiling: Fen(300_00), deductionWindows: [],
        mostDeductionsPerDay: 1, leastUserIDLength: 1, mostRefundsPerOrder: 1, collectsByUser: true,
        paymentCodes: PaymentCodeForm(leastDigits: 16, mostDigits: 24, prefixes: ["25", "28", "30"])),
    ])
  }

  private func owner(_ digits: String, of terms: SchoolTerms? = nil) throws -> SchoolTerms.CodeOwner {
    (terms ?? self.terms).platform(of: try #require(PaymentCode(digits)))
  }

  @Test func `A code belongs to the platform whose codes look like it, or to nobody`() throws {
    #expect(try owner("134567890123456789") == .known(.weChatPay))
    #expect(try owner("2812345678901234") == .known(alipay))
    #expect(try owner("30123456789012345678901") == .known(alipay))
    #expect(try owner("1345678901234567") == .nobody, "too short")
    #expect(try owner("6212345678901234") == .nobody, "a bank's")
    #expect(try owner("6212345678901234", of: SchoolTerms([])) == .untold)
  }

  @Test func `Everybody is held to the ceilings of the own platform`() throws {
    let rules = SaleRules(limits: SpendingLimits(order: Fen(900_00), day: Fen(900_00)), terms: terms)
    func user(_ platform: PlatformID) throws -> RecognisedUser {
      RecognisedUser(
        outUserID: try OutUserID("s00001"), platform: platform, platformUserID: "P", displayName: "甲")
    }
    let dear = Basket.manual(Fen(200_00))
    #expect(try rules.listPrice(of: dear, at: .noon) == Fen(200_00))
    let charge = try rules.charge(for: dear, of: user(alipay), history: .empty, at: .noon)
    #expect(charge.personal == Fen(200_00))
    #expect(throws: AmountError.overOrderLimit(limit: Fen(100_00))) {
      try rules.charge(for: dear, of: user(.weChatPay), history: .empty, at: .noon)
    }
    let spent = DayBook.Entry(personal: Fen(250_00), meals: [:])
    let ten = try rules.charge(for: .manual(Fen(60_00)), of: user(alipay), history: spent, at: .noon)
    for (platform, objections) in [
      (alipay, [SaleObjection.overDayLimit(Fen(300_00))]), (.weChatPay, []),
    ] {
      #expect(
        try rules.objections(to: ten, of: user(platform), history: spent, bar: nil, at: .noon) == objections)
    }
  }
}

import CanteenCore
import CanteenTestSupport
import PaymentPlatform
import PaymentPlatformConformance
import Testing

@testable import Simulation

/// The bank of the simulation is held to what real platforms are held to.
struct SimulatedPlatformConformanceTests {
  @Test(arguments: PaymentPlatformConformance.allCases)
  func `The simulated platform is a payment platform`(check: PaymentPlatformConformance) async throws {
    let platform = SimulatedPlatform(seed: 1, isTroubled: false)
    try await check.check(
      PlatformUnderTest(
        platform: platform, today: SchoolTime.noon.day,
        open: { platform.open($0, balance: $1) }, endContract: { platform.endContract(of: $0) },
        order: { number, user, amount in try .sample(number, user: user.text, amount: amount) },
        makeTrouble: { platform.failNextCall(afterwards: $0 == .afterCharge) }))
  }

  @Test func `A payment code is charged once under its number`() async throws {
    let platform = SimulatedPlatform(seed: 1, isTroubled: false)
    let code = try #require(PaymentCode("134567890123456789"))
    let order = Order(
      outTradeNumber: try OutTradeNumber("CODE-0001"), amount: Fen(12_00), amountMode: .manual,
      acceptedAt: Timestamp(millisecondsSince1970: 0),
      means: PaymentMeans(payer: .nobody, collection: .paymentCode(CodeReceipt(transactionID: nil))))
    let till = try TerminalID("till-01")
    let first = await platform.collect(order, with: code, at: till)
    #expect(await platform.collect(order, with: code, at: till) == first)
    #expect(await platform.query(SentOrder(order.outTradeNumber, amount: Fen(12_00))) == first)
    #expect(platform.charges["CODE-0001"]?.times == 1)
  }
}

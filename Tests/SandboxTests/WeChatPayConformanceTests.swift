import CanteenCore
import CanteenTestSupport
import PaymentPlatform
import PaymentPlatformConformance
import Testing
import WeChatPay

/// WeChat Pay as this project speaks it, before the sandbox.
@Suite(.timeLimit(.minutes(3))) struct WeChatPayConformanceTests {
  @Test(arguments: PaymentPlatformConformance.allCases)
  func `WeChat Pay is a payment platform`(check: PaymentPlatformConformance) async throws {
    try await withStage { stage in
      let platform = WeChatPayK12(
        client: stage.client, subMerchant: try stage["sub_mchid"], organization: try stage.organization,
        organizationName: "示范学校")
      try await check.check(
        PlatformUnderTest(
          platform: platform, today: SchoolTime(stage.clock.now(), utcOffset: 480).day,
          open: { user, balance in _ = try await stage.contract(user.text, balance: balance.count) },
          endContract: { try await stage.amend(["contract_state": "TERMINATED"], of: $0.text) },
          order: { number, user, amount in
            let userID = try #require(try await platform.standing(of: user)).platformUserID
            let token = try await stage.token(
              authinfo: stage.authinfo(), userID: userID, number: number, amount: amount.count)
            return try .sample(number, user: user.text, amount: amount, at: stage.clock.now(), token: token)
          },
          makeTrouble: { trouble in
            switch trouble {
            case .beforeCharge: try await stage.fault("error_before_taking")
            case .afterCharge: try await stage.fault("error_after_taking")
            }
          }))
    }
  }

  @Test(arguments: [("192.168.7.9", "192.168.7.9"), (nil, "127.0.0.1")] as [(String?, String)])
  func `The platform hears where the till stands`(address: String?, sent: String) async throws {
    try await withStage { stage in
      let platform = WeChatPayK12(
        client: stage.client, subMerchant: try stage["sub_mchid"], organization: try stage.organization,
        organizationName: "示范学校")
      let request = try platform.request(
        for: .sample("ORDER-0001"), at: SellingTill(TerminalID("till-1"), address: address))
      #expect(String(decoding: request.body, as: UTF8.self).contains(#""device_ip":"\#(sent)""#))
    }
  }
}

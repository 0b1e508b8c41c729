import CanteenCore
import Crypto
import Foundation
import PaymentPlatform
import Testing
import WeChatPay

@Suite(.timeLimit(.minutes(5))) struct FaceTokenTests {
  private static let invalid = Deduction.notCharged(.forGood, reason: "INVALID_REQUEST 扣款凭证不合法")

  /// The message of a refused deduction.
  private func refusal(_ outcome: Deduction) -> String? {
    guard case .notCharged(.forGood, let reason) = outcome, reason.hasPrefix("INVALID_REQUEST ") else {
      return nil
    }
    return String(reason.dropFirst("INVALID_REQUEST ".count))
  }

  @Test func `The credential and the token are as long as the real ones`() async throws {
    try await withStage { stage in
      let authinfo = try await stage.authinfo()
      #expect(authinfo.count >= 400)
      #expect(
        try stage.token(authinfo: authinfo, userID: "u", number: "order-0001", amount: 1).count > 1_000)
    }
  }

  @Test func `A truncated or altered token is refused`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      let token = try await stage.deduction(of: userID, number: "order-0001").authCode
      let dot = try #require(token.lastIndex(of: "."))
      for text in [
        String(token.prefix(255)), String(token.dropLast()), String(token[..<dot]), "", "CTN1..",
        token.replacing("CTN1", with: "CTN2"), token + "=",
      ] {
        let deduction = try stage.deduction(token: text, number: "order-0001", amount: 1_250)
        #expect(await stage.client.deduct(deduction) == Self.invalid)
      }
      #expect(try await stage.transactions().isEmpty)
    }
  }

  @Test func `A token of another amount or order is refused with both values`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      let token = try await stage.deduction(of: userID, number: "order-0001").authCode
      let dearer = try stage.deduction(token: token, number: "order-0001", amount: 9_999)
      #expect(
        refusal(await stage.client.deduct(dearer))
          == "参数内容和扣款凭证内容不一致. 参数中total_fee=9999, 凭证内total_fee=1250")
      let other = try stage.deduction(token: token, number: "order-0002", amount: 1_250)
      #expect(
        refusal(await stage.client.deduct(other))
          == "参数内容和扣款凭证内容不一致. 参数中out_trade_no=order-0002, 凭证内out_trade_no=order-0001")
    }
  }

  @Test func `A token signed by another device key is refused`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      let token = try stage.token(
        authinfo: await stage.authinfo(), userID: userID, number: "order-0001", amount: 100,
        key: P256.Signing.PrivateKey())
      let deduction = try stage.deduction(token: token, number: "order-0001", amount: 100)
      #expect(await stage.client.deduct(deduction) == Self.invalid)
    }
  }

  @Test func `A credential that the platform did not seal is refused`() async throws {
    try await withStage { stage in
      let userID = try await stage.contract()
      let genuine = try await stage.authinfo()
      for authinfo in ["A" + genuine.dropFirst(), String(genuine.dropLast(2)) + "AA", "x"] {
        let token = try stage.token(authinfo: authinfo, userID: userID, number: "order-0001", amount: 100)
        let deduction = try stage.deduction(token: token, number: "order-0001", amount: 100)
        #expect(await stage.client.deduct(deduction) == Self.invalid)
      }
    }
  }

  @Test func `A face recognised after the credential expired is refused, an order that waited is not`()
    async throws
  {
    try await withStage { stage in
      let userID = try await stage.contract()
      let authinfo = try await stage.authinfo()
      let intime = try stage.token(authinfo: authinfo, userID: userID, number: "order-0001", amount: 100)
      stage.clock.advance(by: .seconds(36 * 3_600 + 1))
      let late = try stage.token(authinfo: authinfo, userID: userID, number: "order-0002", amount: 100)
      #expect(
        refusal(
          await stage.client.deduct(try stage.deduction(token: late, number: "order-0002", amount: 100)))
          == "扣款凭证不合法: authinfo已过期")
      guard
        case .charged = await stage.client.deduct(
          try stage.deduction(token: intime, number: "order-0001", amount: 100))
      else {
        Issue.record("recognised in time")
        return
      }
    }
  }
}

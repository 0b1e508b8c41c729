import CanteenCore
import Crypto
import Foundation
import HTTPTypes
import PaymentPlatform
import Testing
import WeChatPay

@Suite(.timeLimit(.minutes(5))) struct ForgedBillTests {
  private static let bill = """
    交易时间,微信订单号,商户订单号,特约商户号,交易状态,货币种类,订单金额,微信退款单号,商户退款单号,申请退款金额,退款状态
    `2026-11-20 12:00:00,`4200000001,`order-0001,`1600000001,`SUCCESS,`CNY,`12.50,`0,`0,`0.00,`
    总交易单数,订单总金额,申请退款总金额
    `1,`12.50,`0.00
    """

  private static func hash(of text: String) -> String {
    Insecure.SHA1.hash(data: Data(text.utf8)).hex
  }

  /// What a client makes of a platform's bill.
  private func result(_ forgery: Stage.Forgery) async throws -> Result<[BillLine], TradeBillError> {
    try await withStage { stage in
      try await stage.withForgery(forgery) { client in
        do throws(TradeBillError) {
          return .success(try await client.tradeBill(on: stage.clock.now().schoolDay(utcOffset: 480)).lines)
        } catch {
          return .failure(error)
        }
      }
    }
  }

  @Test func `A bill with the signed hash is believed, in either case of its digits`() async throws {
    for hash in [Self.hash(of: Self.bill), Self.hash(of: Self.bill).uppercased()] {
      let lines = try await result(
        .init(promise: ["hash_type": "SHA1", "hash_value": hash], file: Self.bill)
      ).get()
      #expect(lines.map(\.amount) == [Fen(1_250)])
    }
  }

  @Test func `Bytes other than the signed ones are refused before they are read`() async throws {
    let promise = ["hash_type": "SHA1", "hash_value": Self.hash(of: Self.bill)]
    for file in [Self.bill + "\n", Self.bill.replacingOccurrences(of: "12.50", with: "1.25"), "", "x"] {
      #expect(try await result(.init(promise: promise, file: file)) == .failure(.wrongHash))
    }
  }

  @Test func `A hash of another kind, or none, is refused`() async throws {
    for promise in [
      ["hash_type": "MD5", "hash_value": Self.hash(of: Self.bill)], ["hash_type": "SHA1", "hash_value": ""],
    ] {
      #expect(try await result(.init(promise: promise, file: Self.bill)) == .failure(.wrongHash))
    }
    #expect(
      try await result(.init(promise: ["hash_type": "SHA1"], file: Self.bill)) == .failure(.call(.unreadable))
    )
  }

  @Test func `A signed bill that contradicts itself is refused with its flaw`() async throws {
    let cut = Self.bill.replacingOccurrences(of: "\n`1,`12.50,`0.00", with: "")
    #expect(
      try await result(.init(promise: ["hash_type": "SHA1", "hash_value": Self.hash(of: cut)], file: cut))
        == .failure(.flawed(.cutOff(afterLine: 3))))
  }

  @Test func `A download that fails gives no bill`() async throws {
    let promise = ["hash_type": "SHA1", "hash_value": Self.hash(of: Self.bill)]
    #expect(
      try await result(.init(promise: promise, file: Self.bill, fileStatus: .internalServerError))
        == .failure(.call(.noAnswer(reason: "HTTP 500"))))
  }

  @Test func `The file is asked of the configured platform, whatever host its address names`() async throws {
    let promise = ["hash_type": "SHA1", "hash_value": Self.hash(of: Self.bill)]
    let elsewhere = "https://elsewhere.invalid/v3/billdownload/file?token=a%2Bb"
    #expect(
      try await result(.init(promise: promise, file: Self.bill, download: elsewhere)).get().count == 1)
    for address in ["no address", "https://elsewhere.invalid", "https://h/a b", "https://h/a#b"] {
      #expect(
        try await result(.init(promise: promise, file: Self.bill, download: address))
          == .failure(.call(.unreadable)))
    }
  }
}

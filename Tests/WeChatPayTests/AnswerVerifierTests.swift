import CanteenCore
import Foundation
import Testing

@testable import WeChatPay

@Suite struct AnswerVerifierTests {
  private func flaw(
    body: String = GoldenVector.answerBody, secondsLater: Int64 = 0, changing: [String: String?] = [:]
  ) throws -> AnswerFlaw? {
    var headers = [
      "Wechatpay-Timestamp": String(GoldenVector.timestamp),
      "Wechatpay-Nonce": GoldenVector.answerNonce,
      "Wechatpay-Serial": GoldenVector.platformKeyID,
      "Wechatpay-Signature": GoldenVector.answerSignature,
    ]
    for (name, value) in changing { headers[name] = value }
    let now = Timestamp(millisecondsSince1970: (GoldenVector.timestamp + secondsLater) * 1_000)
    let verifier = AnswerVerifier(credentials: try GoldenVector.credentials())
    do throws(AnswerFlaw) {
      try verifier.verify(body: Data(body.utf8), now: now) { headers[$0] }
      return nil
    } catch {
      return error
    }
  }

  @Test func `An answer signed by OpenSSL with the platform's key is believed`() throws {
    #expect(try flaw() == nil)
    #expect(try flaw(body: "", changing: ["Wechatpay-Signature": GoldenVector.emptyAnswerSignature]) == nil)
  }

  @Test func `A changed byte, nonce or signature is noticed`() throws {
    #expect(try flaw(body: #"{"authinfo":"y"}"#) == .wrongSignature)
    #expect(try flaw(changing: ["Wechatpay-Nonce": "othernonce"]) == .wrongSignature)
    #expect(try flaw(changing: ["Wechatpay-Signature": GoldenVector.emptyAnswerSignature]) == .wrongSignature)
    #expect(try flaw(changing: ["Wechatpay-Signature": "WECHATPAY/SIGNTEST/abc"]) == .wrongSignature)
    #expect(
      try flaw(changing: ["Wechatpay-Timestamp": String(GoldenVector.timestamp + 1)]) == .wrongSignature)
  }

  @Test(arguments: [300, -300, 3_600, -3_600] as [Int64])
  func `An answer five minutes or more away is refused`(secondsLater: Int64) throws {
    #expect(try flaw(secondsLater: secondsLater) == .outsideTimeWindow)
  }

  @Test(arguments: [299, -299] as [Int64])
  func `An answer less than five minutes away is believed`(secondsLater: Int64) throws {
    #expect(try flaw(secondsLater: secondsLater) == nil)
  }

  @Test func `Another platform key, or no signature at all, is refused`() throws {
    #expect(try flaw(changing: ["Wechatpay-Serial": "PUB_KEY_ID_0"]) == .foreignSerial)
    #expect(try flaw(changing: ["Wechatpay-Signature": nil]) == .unsigned)
    #expect(try flaw(changing: ["Wechatpay-Timestamp": "tomorrow"]) == .outsideTimeWindow)
    #expect(try flaw(changing: ["Wechatpay-Timestamp": "-9223372036854775808"]) == .outsideTimeWindow)
  }
}

import Foundation
import Testing

@testable import WeChatPay

@Suite struct RequestSignerTests {
  private func authorization() throws -> String {
    try RequestSigner(credentials: GoldenVector.credentials()).authorization(
      method: "POST", target: "/v3/offlineface/authinfo", timestamp: GoldenVector.timestamp,
      nonce: GoldenVector.nonce, body: Data(GoldenVector.requestBody.utf8))
  }

  @Test func `The message has five lines, the last one the body, each with its newline`() {
    let message = RequestSigner.message(
      method: "GET", target: "/v3/x?a=%20", timestamp: 7, nonce: "n", body: Data())
    #expect(String(decoding: message, as: UTF8.self) == "GET\n/v3/x?a=%20\n7\nn\n\n")
  }

  @Test func `The signature is the one OpenSSL makes`() throws {
    #expect(
      try authorization() == "WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\","
        + "nonce_str=\"\(GoldenVector.nonce)\",timestamp=\"1554208460\",serial_no=\"AB12CD34\","
        + "signature=\"\(GoldenVector.requestSignature)\"")
  }

  @Test func `Path segments and query values are escaped once, and so they are signed`() {
    let call = SignedCall.get(["v3", "a/b", "学"], query: [("sub_mchid", "1&2")])
    #expect(call.target == "/v3/a%2Fb/%E5%AD%A6?sub_mchid=1%262")
  }

  @Test func `Nothing printed of the credentials carries a key`() throws {
    let credentials = try GoldenVector.credentials()
    var dumped = ""
    dump(credentials, to: &dumped)
    for text in ["\(credentials)", String(reflecting: credentials), dumped] {
      #expect(!text.contains("0123456789abcdef"))
      #expect(!text.contains("RSA."))
      #expect(text.contains("1900000001"))
    }
  }

  @Test func `Credentials that cannot sign are refused by the name of the key in the file`() {
    func error(apiV3Key: String = String(repeating: "k", count: 32), serial: String = "AB", pem: String)
      -> WeChatPayCredentialsError?
    {
      #expect(throws: WeChatPayCredentialsError.self) {
        try WeChatPayCredentials(
          spMerchant: "1900000001", spAppID: "wx1", certificateSerial: serial, merchantPrivateKey: pem,
          platformKeyID: GoldenVector.platformKeyID, platformPublicKey: GoldenVector.platformPublicKey,
          apiV3Key: apiV3Key)
      }
    }
    #expect(error(pem: "x") == .unreadableKey(field: "private_key_file"))
    #expect(error(apiV3Key: "short", pem: GoldenVector.merchantPrivateKey) == .apiV3KeyLength)
    #expect(
      error(serial: "A\",mchid=\"1", pem: GoldenVector.merchantPrivateKey)
        == .malformed(field: "certificate_serial"))
  }
}

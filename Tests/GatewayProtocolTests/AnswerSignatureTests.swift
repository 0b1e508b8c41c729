import Crypto
import Foundation
import GatewayProtocol
import Testing

struct AnswerSignatureTests {
  private let key = P256.Signing.PrivateKey()

  @Test func `An answer is signed for one question, one status and one body`() throws {
    let body = Data("{}".utf8)
    let signature = try AnswerSignature.make(nonce: "N1", status: 200, body: body, key: key)
    func fits(_ signature: String, _ nonce: String, _ status: Int, _ body: Data) -> Bool {
      AnswerSignature.fits(signature, nonce: nonce, status: status, body: body, key: key.publicKey)
    }
    #expect(fits(signature, "N1", 200, body))
    #expect(!fits(signature, "N2", 200, body))
    #expect(!fits(signature, "N1", 401, body))
    #expect(!fits(signature, "N1", 200, Data("{} ".utf8)))
    #expect(!fits("", "N1", 200, body) && !fits("not base64", "N1", 200, body))
    #expect(
      !AnswerSignature.fits(
        signature, nonce: "N1", status: 200, body: body, key: P256.Signing.PrivateKey().publicKey))
  }
}

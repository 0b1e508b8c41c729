import Crypto
import Foundation
import GatewayProtocol
import Testing

struct AnswerSignatureTests {
  private let key = P256.Signing.PrivateKey()

  private func question(
    _ nonce: String = "N1", _ method: String = "GET", _ target: String = "/v1/orders?after=1",
    _ certificate: [UInt8]? = [1]
  ) -> AnswerSignature.Question {
    AnswerSignature.Question(nonce: nonce, method: method, target: target, certificate: certificate)
  }

  @Test func `An answer is signed for one till, one question, one status and one body`() throws {
    let body = Data("{}".utf8)
    let signature = try AnswerSignature.make(answering: question(), status: 200, body: body, key: key)
    func fits(
      _ signature: String, _ question: AnswerSignature.Question, _ status: Int = 200,
      _ body: Data = Data("{}".utf8)
    ) -> Bool {
      AnswerSignature.fits(
        signature, answering: question, status: status, body: body, key: key.publicKey)
    }
    #expect(fits(signature, question()))
    #expect(!fits(signature, question("N2")))
    #expect(!fits(signature, question("N1", "POST")))
    #expect(!fits(signature, question("N1", "GET", "/v1/orders?after=2")))
    #expect(!fits(signature, question("N1", "GET", "/v1/orders?after=1", [2])), "another till's")
    #expect(!fits(signature, question("N1", "GET", "/v1/orders?after=1", nil)))
    #expect(!fits(signature, question(), 401))
    #expect(!fits(signature, question(), 200, Data("{} ".utf8)))
    #expect(!fits("", question()) && !fits("not base64", question()))
    #expect(
      !AnswerSignature.fits(
        signature, answering: question(), status: 200, body: body, key: P256.Signing.PrivateKey().publicKey))
  }
}

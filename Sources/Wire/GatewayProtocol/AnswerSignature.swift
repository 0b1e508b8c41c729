import CanteenCore
public import Crypto
public import Foundation

/// The signature of an answer of the gateway, besides the channel it comes over. It covers the question and whose it was,
/// so that an answer is good for the till that asked and for that question only.
public enum AnswerSignature {
  /// What is answered.
  public struct Question: Sendable {
    /// Random, 1 to ``AnswerSignature/longestNonce`` characters.
    public let nonce: String
    public let method: String
    /// Path and query.
    public let target: String
    /// What the till showed of itself, DER; nil when nothing.
    public let certificate: [UInt8]?

    public init(nonce: String, method: String, target: String, certificate: [UInt8]?) {
      self.nonce = nonce
      self.method = method
      self.target = target
      self.certificate = certificate
    }
  }

  /// The header with a question's nonce.
  public static let nonceHeader = "canteen-nonce"
  public static let longestNonce = 64
  /// The header with the signature, base64.
  public static let header = "canteen-signature"

  public static func make(
    answering question: Question, status: Int, body: Data, key: P256.Signing.PrivateKey
  ) throws -> String {
    try SignedText(text(question, status, body), purpose: .answer, key: key).signature.base64EncodedString()
  }

  public static func fits(
    _ signature: String, answering question: Question, status: Int, body: Data, key: P256.Signing.PublicKey
  ) -> Bool {
    guard let bytes = Data(base64Encoded: signature) else { return false }
    let signed = SignedText(text(question, status, body), signature: bytes)
    return (try? signed.verified(by: key, purpose: .answer)) != nil
  }

  private static func text(_ question: Question, _ status: Int, _ body: Data) -> String {
    let shown = question.certificate.map { Data(SHA256.hash(data: $0)).hex } ?? "-"
    return """
      \(question.nonce)
      \(shown)
      \(question.method) \(question.target)
      \(status)
      \(Data(SHA256.hash(data: body)).hex)
      """
  }
}

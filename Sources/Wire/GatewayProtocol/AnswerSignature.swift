import CanteenCore
public import Crypto
public import Foundation

/// The signature of an answer of the gateway, besides the channel it comes over. It covers the question's nonce, so that
/// an answer is good for the till that asked and for that question only.
public enum AnswerSignature {
  /// The header with a question's nonce, 1 to ``longestNonce`` characters.
  public static let nonceHeader = "canteen-nonce"
  public static let longestNonce = 64
  /// The header with the signature, base64.
  public static let header = "canteen-signature"

  public static func make(
    nonce: String, status: Int, body: Data, key: P256.Signing.PrivateKey
  ) throws -> String {
    try SignedText(text(nonce, status, body), purpose: .answer, key: key).signature.base64EncodedString()
  }

  public static func fits(
    _ signature: String, nonce: String, status: Int, body: Data, key: P256.Signing.PublicKey
  ) -> Bool {
    guard let bytes = Data(base64Encoded: signature) else { return false }
    let signed = SignedText(text(nonce, status, body), signature: bytes)
    return (try? signed.verified(by: key, purpose: .answer)) != nil
  }

  private static func text(_ nonce: String, _ status: Int, _ body: Data) -> String {
    "\(nonce)\n\(status)\n\(Data(SHA256.hash(data: body)).hex)"
  }
}

public import Crypto
public import Foundation

/// A text and its signature: how leases and library batches travel.
///
/// The text is kept exactly as it was signed. `purpose` is signed with it, so that a lease can never be
/// taken for a library batch.
public struct SignedText: Sendable, Hashable, Codable {
  public let text: String
  /// P-256 ECDSA over SHA-256, raw 64 bytes.
  public let signature: Data

  public init(_ text: String, purpose: Purpose, key: P256.Signing.PrivateKey) throws {
    self.text = text
    signature = try key.signature(for: Self.signedBytes(text, purpose: purpose)).rawRepresentation
  }

  /// As it was received; ``verified(by:purpose:)`` says whether to believe it.
  init(_ text: String, signature: Data) {
    self.text = text
    self.signature = signature
  }

  public enum Purpose: String, Sendable {
    case lease
    case libraryBatch = "library-batch"
    case heldLedger = "held-ledger"
    case answer
  }

  /// The text, after its signature was checked.
  public func verified(by key: P256.Signing.PublicKey, purpose: Purpose) throws(SignatureError) -> String {
    guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature),
      key.isValidSignature(signature, for: Self.signedBytes(text, purpose: purpose))
    else { throw SignatureError() }
    return text
  }

  private static func signedBytes(_ text: String, purpose: Purpose) -> Data {
    Data("canteen-\(purpose.rawValue)-1\n\(text)".utf8)
  }
}

public struct SignatureError: Error, Equatable, CustomStringConvertible {
  public init() {}

  public var description: String { "The signature does not match this text and key." }
}

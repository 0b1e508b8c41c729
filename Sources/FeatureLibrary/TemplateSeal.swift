import CanteenCore
import Crypto
import Foundation
import GatewayProtocol

/// Encrypts templates at rest with AES-GCM, bound to their user and to what made them.
struct TemplateSeal: Sendable {
  let key: SymmetricKey
  let origin: EmbeddingOrigin

  func seal(_ templates: [Embedding], of user: OutUserID) throws -> Data {
    let plain = templates.reduce(into: Data()) { $0.append($1.littleEndianBytes) }
    let box = try AES.GCM.seal(plain, using: key, authenticating: associatedData(user))
    // nil only for nonces of another length than AES.GCM's own.
    guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
    return combined
  }

  /// - Throws: `CryptoKitError` when the text was sealed otherwise, ``EmbeddingError`` when it holds no templates.
  func openTemplates(_ sealed: Data, of user: OutUserID) throws -> [Embedding] {
    let plain = try AES.GCM.open(
      AES.GCM.SealedBox(combined: sealed), using: key, authenticating: associatedData(user))
    let size = Embedding.dimension * MemoryLayout<Float>.size
    return try stride(from: 0, to: plain.count, by: size).map { start in
      try Embedding(littleEndianBytes: plain.dropFirst(start).prefix(size))
    }
  }

  private func associatedData(_ user: OutUserID) -> Data {
    Data("canteen-template-1 \(user) \(origin.modelSHA256) \(origin.engine) \(origin.aligner)".utf8)
  }
}

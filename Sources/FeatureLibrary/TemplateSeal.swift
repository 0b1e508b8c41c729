import CanteenCore
import Crypto
import Foundation

/// Encrypts templates at rest with AES-GCM, bound to their user and to what made them.
struct TemplateSeal: Sendable {
  let key: SymmetricKey
  let origin: EmbeddingOrigin

  func seal(_ templates: Data, of user: OutUserID) throws -> Data {
    let box = try AES.GCM.seal(templates, using: key, authenticating: associatedData(user))
    // nil only for nonces of another length than AES.GCM's own.
    guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
    return combined
  }

  func open(_ sealed: Data, of user: OutUserID) throws -> Data {
    try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: associatedData(user))
  }

  private func associatedData(_ user: OutUserID) -> Data {
    Data("canteen-template-1 \(user) \(origin.modelSHA256) \(origin.engine) \(origin.aligner)".utf8)
  }
}

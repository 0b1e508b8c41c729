import CanteenCore
import Crypto
import Foundation
import GatewayProtocol
import GatewayStore

/// One photograph of a person as the gateway keeps it: its template and its digest, never the picture.
struct Shot: Sendable, Codable, Equatable {
  /// 128 little-endian floats.
  let template: Data
  /// SHA-256 of the photograph, to know it again.
  let photoDigest: Data

  init(template: Embedding, photoDigest: Data) {
    self.template = template.littleEndianBytes
    self.photoDigest = photoDigest
  }

  private enum CodingKeys: String, CodingKey {
    case template
    case photoDigest = "photo_digest"
  }
}

/// Encrypts shots at rest with AES-GCM, bound to their user and to what made them.
struct TemplateVault: Sendable {
  let key: SymmetricKey
  /// What the gateway's own recogniser makes; shots of anything else are not opened.
  let origin: EmbeddingOrigin

  /// - Parameter shots: the newest first.
  func seal(_ shots: [Shot], of user: OutUserID) throws -> SealedShots {
    let box = try AES.GCM.seal(
      CanonicalJSON.data(shots), using: key, authenticating: associatedData(user, origin))
    // nil only for nonces of another length than AES.GCM's own.
    guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
    return SealedShots(origin: origin, bytes: combined)
  }

  func open(_ sealed: SealedShots, of user: OutUserID) throws(ShotsUnusable) -> [Shot] {
    guard let madeBy = sealed.origin, madeBy.agrees(with: origin) else { throw .otherModel }
    do {
      let plain = try AES.GCM.open(
        AES.GCM.SealedBox(combined: sealed.bytes), using: key, authenticating: associatedData(user, madeBy))
      let shots = try JSONDecoder().decode([Shot].self, from: plain)
      for shot in shots { _ = try Embedding(littleEndianBytes: shot.template) }
      return shots
    } catch {
      throw .damaged
    }
  }

  private func associatedData(_ user: OutUserID, _ origin: EmbeddingOrigin) -> Data {
    Data("canteen-shots-1 \(user) \(origin.modelSHA256) \(origin.engine) \(origin.aligner)".utf8)
  }
}

/// Why a person's shots cannot be used; the person must be enrolled anew.
enum ShotsUnusable: Error, Equatable {
  case otherModel
  case damaged

  var enrolAnew: EnrolledPerson.EnrolAnew {
    switch self {
    case .otherModel: .otherModel
    case .damaged: .damaged
    }
  }
}

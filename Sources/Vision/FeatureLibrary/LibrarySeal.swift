import CanteenCore
import Crypto
import Foundation
import GatewayProtocol

/// Encrypts people and their templates at rest with AES-GCM, bound to their user and to what made them.
struct LibrarySeal: Sendable {
  let key: SymmetricKey
  let origin: EmbeddingOrigin

  func seal(_ templates: [Embedding], of user: OutUserID) throws -> Data {
    let plain = templates.reduce(into: Data()) { $0.append($1.littleEndianBytes) }
    return try seal(plain, as: .templates, of: user)
  }

  func seal(_ person: LibraryPerson) throws -> Data {
    try seal(CanonicalJSON.data(person), as: .person, of: person.user.outUserID)
  }

  /// - Throws: `CryptoKitError` when the text was sealed otherwise, ``EmbeddingError`` when it holds no templates.
  func openTemplates(_ sealed: Data, of user: OutUserID) throws -> [Embedding] {
    let plain = try open(sealed, as: .templates, of: user)
    let size = Embedding.dimension * MemoryLayout<Float>.size
    return try stride(from: 0, to: plain.count, by: size).map { start in
      try Embedding(littleEndianBytes: plain.dropFirst(start).prefix(size))
    }
  }

  func openPerson(_ sealed: Data, of user: OutUserID) throws -> LibraryPerson {
    try JSONDecoder().decode(LibraryPerson.self, from: open(sealed, as: .person, of: user))
  }

  private enum Content: String {
    case person = "canteen-person-1"
    case templates = "canteen-template-1"
  }

  private func seal(_ plain: Data, as content: Content, of user: OutUserID) throws -> Data {
    let box = try AES.GCM.seal(plain, using: key, authenticating: associatedData(content, user))
    // nil only for nonces of another length than AES.GCM's own.
    guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
    return combined
  }

  private func open(_ sealed: Data, as content: Content, of user: OutUserID) throws -> Data {
    try AES.GCM.open(
      AES.GCM.SealedBox(combined: sealed), using: key, authenticating: associatedData(content, user))
  }

  private func associatedData(_ content: Content, _ user: OutUserID) -> Data {
    Data("\(content.rawValue) \(user) \(origin.lineage)".utf8)
  }
}

public import CanteenCore
public import Crypto
public import Foundation

/// `GET /v1/library?after=CURSOR&epoch=EPOCH`: the next changes of the feature library, in order.
///
/// Travels as ``SignedText`` inside a ``SealedBatch``: only the till it is meant for can read a template (I4).
public struct LibraryBatch: Sendable, Codable {
  public let organization: OrganizationID
  /// What made every template in this batch.
  public let origin: EmbeddingOrigin
  /// The cursor that the till asked with; 0 when the batch begins a library anew.
  public let after: Int64
  /// The cursor to ask with next; never smaller than ``after``.
  public let upTo: Int64
  /// True when there is more to fetch.
  public let more: Bool
  public let changes: [LibraryChange]
  /// How scores are spread in the whole library, for the threshold.
  public let scoreModel: ScoreModel
  /// What the cursors count within; nil from gateways of earlier versions. When it is not the one the till
  /// asked with, the batch begins a library that replaces the till's.
  public let epoch: StoreEpoch?

  public init(
    organization: OrganizationID, origin: EmbeddingOrigin, after: Int64, upTo: Int64, more: Bool,
    changes: [LibraryChange], scoreModel: ScoreModel = .assumed, epoch: StoreEpoch? = nil
  ) {
    self.organization = organization
    self.origin = origin
    self.after = after
    self.upTo = upTo
    self.more = more
    self.changes = changes
    self.scoreModel = scoreModel
    self.epoch = epoch
  }

  private enum CodingKeys: String, CodingKey {
    case organization = "organization_id"
    case origin
    case after
    case upTo = "up_to"
    case more
    case changes
    case scoreModel = "score_model"
    case epoch
  }
}

/// One change of the feature library.
public enum LibraryChange: Sendable, Codable {
  /// The user and all their templates, replacing what was there. Each template is 512 bytes: 128
  /// little-endian floats.
  case upsert(LibraryPerson, templates: [Data])
  /// The user is gone: row, index and memory are cleared (I6).
  case delete(OutUserID)
}

/// A library batch that only one till can open: HPKE to the sealing key it was paired with.
public struct SealedBatch: Sendable, Codable {
  public let encapsulatedKey: Data
  public let ciphertext: Data

  private static let suite = HPKE.Ciphersuite.P256_SHA256_AES_GCM_256
  private static let info = Data("canteen-library-1".utf8)

  public init(sealing batch: SignedText, to key: P256.KeyAgreement.PublicKey) throws {
    var sender = try HPKE.Sender(recipientKey: key, ciphersuite: Self.suite, info: Self.info)
    ciphertext = try sender.seal(CanonicalJSON.data(batch))
    encapsulatedKey = sender.encapsulatedKey
  }

  public func opened(by key: P256.KeyAgreement.PrivateKey) throws -> SignedText {
    var recipient = try HPKE.Recipient(
      privateKey: key, ciphersuite: Self.suite, info: Self.info, encapsulatedKey: encapsulatedKey)
    return try JSONDecoder().decode(SignedText.self, from: recipient.open(ciphertext))
  }

  private enum CodingKeys: String, CodingKey {
    case encapsulatedKey = "encapsulated_key"
    case ciphertext
  }
}

extension Embedding {
  /// 128 little-endian floats, 512 bytes.
  public var littleEndianBytes: Data {
    values.reduce(into: Data(capacity: Self.dimension * 4)) { bytes, value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
  }

  public init(littleEndianBytes bytes: Data) throws(EmbeddingError) {
    guard bytes.count == Self.dimension * 4 else { throw .wrongDimension(bytes.count / 4) }
    let raw = [UInt8](bytes)
    try self.init(
      scaling: stride(from: 0, to: raw.count, by: 4).map { index in
        let pattern =
          UInt32(raw[index]) | UInt32(raw[index + 1]) << 8 | UInt32(raw[index + 2]) << 16
          | UInt32(raw[index + 3]) << 24
        return Float(bitPattern: pattern)
      })
  }
}

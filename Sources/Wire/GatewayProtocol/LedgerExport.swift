public import CanteenCore
public import Crypto
public import Foundation

/// A till's entries in one file, for when the till cannot send them itself: sealed to the gateway, signed by
/// the till. Whoever carries the file can neither read nor change it, and may bring it any number of times.
public struct LedgerExport: Sendable, Codable {
  public static let format = "canteen-ledger-export-1"
  /// Largest file taken; about 200,000 orders.
  public static let mostBytes = 768 << 20

  public let format: String
  public let terminal: TerminalID
  /// First and last sequence inside.
  public let first: Int64
  public let last: Int64
  public let exportedAt: Timestamp
  private let encapsulatedKey: Data
  private let ciphertext: Data
  private let signature: Data

  private static let suite = HPKE.Ciphersuite.P256_SHA256_AES_GCM_256
  private static let info = Data("canteen-ledger-export-1".utf8)

  /// - Parameter entries: in order, without a gap, at least one.
  public init(
    _ entries: [LedgerEntry], exportedAt: Timestamp, sealedTo gateway: P256.KeyAgreement.PublicKey,
    signedBy key: P256.Signing.PrivateKey
  ) throws {
    guard let first = entries.first, let last = entries.last else { throw LedgerExportError.empty }
    var sender = try HPKE.Sender(recipientKey: gateway, ciphersuite: Self.suite, info: Self.info)
    format = Self.format
    terminal = first.terminal
    self.first = first.sequence
    self.last = last.sequence
    self.exportedAt = exportedAt
    ciphertext = try sender.seal(CanonicalJSON.data(entries))
    encapsulatedKey = sender.encapsulatedKey
    signature = try key.signature(
      for: Self.signedBytes(terminal, first.sequence, last.sequence, exportedAt, encapsulatedKey, ciphertext)
    ).rawRepresentation
  }

  /// - Throws: ``LedgerExportError`` when this is not a whole export file.
  public init(fileContents bytes: Data) throws(LedgerExportError) {
    guard let read = try? JSONDecoder().decode(LedgerExport.self, from: bytes), read.format == Self.format
    else { throw .notAnExport }
    self = read
  }

  public func fileContents() throws -> Data { try CanonicalJSON.data(self) }

  /// The entries, after signature and seal were checked. Each entry must still be verified.
  public func opened(
    by gateway: P256.KeyAgreement.PrivateKey, writtenBy device: P256.Signing.PublicKey
  ) throws(LedgerExportError) -> [LedgerEntry] {
    let bytes = Self.signedBytes(terminal, first, last, exportedAt, encapsulatedKey, ciphertext)
    guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature),
      device.isValidSignature(signature, for: bytes)
    else { throw .altered }
    do {
      var recipient = try HPKE.Recipient(
        privateKey: gateway, ciphersuite: Self.suite, info: Self.info, encapsulatedKey: encapsulatedKey)
      return try JSONDecoder().decode([LedgerEntry].self, from: recipient.open(ciphertext))
    } catch {
      throw .sealedToAnother
    }
  }

  private static func signedBytes(
    _ terminal: TerminalID, _ first: Int64, _ last: Int64, _ exportedAt: Timestamp, _ encapsulatedKey: Data,
    _ ciphertext: Data
  ) -> Data {
    var bytes = Data(
      "\(format)\n\(terminal)\n\(first)\n\(last)\n\(exportedAt.millisecondsSince1970)\n\(encapsulatedKey.hex)\n"
        .utf8)
    bytes.append(contentsOf: SHA256.hash(data: ciphertext))
    return bytes
  }

  private enum CodingKeys: String, CodingKey {
    case format
    case terminal = "terminal_id"
    case first
    case last
    case exportedAt = "exported_at"
    case encapsulatedKey = "encapsulated_key"
    case ciphertext
    case signature
  }
}

public enum LedgerExportError: Error, Equatable, CustomStringConvertible {
  case empty
  case notAnExport
  case altered
  case sealedToAnother

  public var description: String {
    switch self {
    case .empty: "There is nothing to export."
    case .notAnExport: "The file is not a whole ledger export; copy it again from the till."
    case .altered:
      "The file was changed after the till wrote it, or another till wrote it; nothing was taken."
    case .sealedToAnother: "The file was sealed to another gateway; nothing was taken."
    }
  }
}

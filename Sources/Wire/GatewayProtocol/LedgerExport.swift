public import CanteenCore
public import Crypto
public import Foundation

/// A part of a till's ledger, for when the till cannot send its entries itself: sealed to the gateway, signed by
/// the till. Whoever carries it can neither read nor change it, and may bring it any number of times.
///
/// A file on a stick has a line for each part, in order.
public struct LedgerExport: Sendable, Codable {
  public static let format = "canteen-ledger-export-1"
  /// The most entries that a till writes into one part.
  public static let mostEntries = 5_000
  /// Largest part that is taken.
  public static let mostBytes = 48 << 20
  /// A till ends a part with the entry that reaches this many bytes, so that it stays below ``mostBytes``.
  public static let usualBytes = 16 << 20

  public let format: String
  public let terminal: TerminalID
  /// First and last sequence inside.
  public let first: Int64
  public let last: Int64
  public let exportedAt: Timestamp
  /// Says whose key signed this, PEM; whoever carries the file can check it without the gateway. Tills of older
  /// versions write none.
  public let certificate: String?
  private let encapsulatedKey: Data
  private let ciphertext: Data
  private let signature: Data

  private static let suite = HPKE.Ciphersuite.P256_SHA256_AES_GCM_256
  private static let info = Data("canteen-ledger-export-1".utf8)

  /// - Parameter entries: in order, without a gap, at least one.
  public init(
    _ entries: [LedgerEntry], exportedAt: Timestamp, sealedTo gateway: P256.KeyAgreement.PublicKey,
    signedBy key: P256.Signing.PrivateKey, certificate: String?
  ) throws {
    guard let first = entries.first, let last = entries.last else { throw LedgerExportError.empty }
    var sender = try HPKE.Sender(recipientKey: gateway, ciphersuite: Self.suite, info: Self.info)
    format = Self.format
    terminal = first.terminal
    self.first = first.sequence
    self.last = last.sequence
    self.exportedAt = exportedAt
    self.certificate = certificate
    ciphertext = try sender.seal(CanonicalJSON.data(entries))
    encapsulatedKey = sender.encapsulatedKey
    signature = try key.signature(
      for: Self.signedBytes(terminal, first.sequence, last.sequence, exportedAt, encapsulatedKey, ciphertext)
    ).rawRepresentation
  }

  /// - Throws: ``LedgerExportError`` when this is not one whole part.
  public init(line bytes: Data) throws(LedgerExportError) {
    guard let read = try? JSONDecoder().decode(LedgerExport.self, from: bytes), read.format == Self.format
    else { throw .notAnExport }
    self = read
  }

  /// One line without its end.
  public func line() throws -> Data { try CanonicalJSON.data(self) }

  /// Whether nothing was changed since the holder of `device` wrote it.
  public func isWritten(by device: P256.Signing.PublicKey) -> Bool {
    let bytes = Self.signedBytes(terminal, first, last, exportedAt, encapsulatedKey, ciphertext)
    guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
    return device.isValidSignature(signature, for: bytes)
  }

  /// The entries, after signature and seal were checked. Each entry must still be verified.
  public func opened(
    by gateway: P256.KeyAgreement.PrivateKey, writtenBy device: P256.Signing.PublicKey
  ) throws(LedgerExportError) -> [LedgerEntry] {
    guard isWritten(by: device) else { throw .altered }
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
    case certificate
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
  /// Whoever carries it cannot tell who wrote it.
  case unknownWriter

  public var description: String {
    switch self {
    case .empty: "There is nothing to export."
    case .notAnExport:
      "The file is not a whole ledger export; copy it again from the till, or export it again with this version."
    case .altered:
      "The file was changed after the till wrote it, or another till wrote it; nothing was taken."
    case .sealedToAnother: "The file was sealed to another gateway; nothing was taken."
    case .unknownWriter:
      """
      The gateway does not answer, and nothing in the file proves that a till of this school wrote it, so it is not \
      kept here; bring it when the gateway answers, or beside the gateway.
      """
    }
  }
}

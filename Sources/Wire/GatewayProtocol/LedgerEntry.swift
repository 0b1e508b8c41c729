public import CanteenCore
public import Crypto
public import Foundation

/// One line of a till's ledger: what happened, chained to the line before and signed by the till (I9).
///
/// The signed bytes are, in UTF-8 and each line ended by `\n` but the last:
/// `canteen-ledger-1`, terminal, sequence, previous hash in hex, milliseconds since 1970, payload.
/// The hash is SHA-256 over the same bytes; the signature is P-256 ECDSA over them.
public struct LedgerEntry: Sendable, Hashable, Codable {
  public let terminal: TerminalID
  /// 1, 2, 3 … without a gap.
  public let sequence: Int64
  /// Hash of the entry before; 32 zero bytes for the first.
  public let previousHash: Data
  public let recordedAt: Timestamp
  /// ``LedgerPayload`` as JSON text, kept exactly as it was signed.
  public let payload: String
  /// Raw 64 bytes.
  public let signature: Data

  public static let firstPreviousHash = Data(count: 32)

  public init(
    terminal: TerminalID, sequence: Int64, previousHash: Data, recordedAt: Timestamp, payload: String,
    key: P256.Signing.PrivateKey
  ) throws {
    self = try Self.signed(
      terminal: terminal, sequence: sequence, previousHash: previousHash, recordedAt: recordedAt,
      payload: payload, key: key
    ).entry
  }

  /// A new entry and its ``hash``, from one reading of its bytes.
  public static func signed(
    terminal: TerminalID, sequence: Int64, previousHash: Data, recordedAt: Timestamp, payload: String,
    key: P256.Signing.PrivateKey
  ) throws -> (entry: LedgerEntry, hash: Data) {
    let digest = SHA256.hash(
      data: canonicalBytes(
        terminal: terminal, sequence: sequence, previousHash: previousHash, recordedAt: recordedAt,
        payload: payload))
    let entry = LedgerEntry(
      terminal: terminal, sequence: sequence, previousHash: previousHash, recordedAt: recordedAt,
      payload: payload, signature: try key.signature(for: digest).rawRepresentation)
    return (entry, Data(digest))
  }

  /// An entry read from disk or from the network; ``verify(by:)`` says whether to believe it.
  public init(
    terminal: TerminalID, sequence: Int64, previousHash: Data, recordedAt: Timestamp, payload: String,
    signature: Data
  ) {
    self.terminal = terminal
    self.sequence = sequence
    self.previousHash = previousHash
    self.recordedAt = recordedAt
    self.payload = payload
    self.signature = signature
  }

  public var hash: Data { Data(SHA256.hash(data: canonicalBytes)) }

  public func verify(by key: P256.Signing.PublicKey) throws(SignatureError) {
    guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature),
      key.isValidSignature(signature, for: canonicalBytes)
    else { throw SignatureError() }
  }

  public func decodedPayload() throws -> LedgerPayload {
    try CanonicalJSON.decode(LedgerPayload.self, from: payload)
  }

  private var canonicalBytes: Data {
    Self.canonicalBytes(
      terminal: terminal, sequence: sequence, previousHash: previousHash, recordedAt: recordedAt,
      payload: payload)
  }

  private static func canonicalBytes(
    terminal: TerminalID, sequence: Int64, previousHash: Data, recordedAt: Timestamp, payload: String
  ) -> Data {
    let head =
      "canteen-ledger-1\n\(terminal)\n\(sequence)\n\(previousHash.hex)\n\(recordedAt.millisecondsSince1970)\n"
    var bytes = Data(capacity: head.utf8.count + payload.utf8.count)
    bytes.append(contentsOf: head.utf8)
    bytes.append(contentsOf: payload.utf8)
    return bytes
  }

  private enum CodingKeys: String, CodingKey {
    case terminal = "terminal_id"
    case sequence
    case previousHash = "previous_hash"
    case recordedAt = "recorded_at"
    case payload
    case signature
  }
}

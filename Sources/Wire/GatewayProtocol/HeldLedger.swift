public import CanteenCore
public import Crypto
public import Foundation

/// One entry of a ledger, named by what no other entry has.
public struct LedgerPoint: Sendable, Hashable, Codable {
  /// 0 before the first entry.
  public let sequence: Int64
  public let hash: Data

  public static let start = LedgerPoint(sequence: 0, hash: LedgerEntry.firstPreviousHash)

  public init(sequence: Int64, hash: Data) {
    self.sequence = sequence
    self.hash = hash
  }
}

/// `GET /v1/ledger/end?at=SEQUENCE&nonce=NONCE`: what a till asks about its own ledger.
public struct HeldLedgerQuestion: Sendable, Hashable {
  public static let longestNonce = 64

  /// The entry to compare.
  public let sequence: Int64
  /// Random, and in the answer again, so that an old answer answers no new question.
  public let nonce: String

  public init(about sequence: Int64, nonce: String = .nonce()) {
    self.sequence = sequence
    self.nonce = nonce
  }

  public var query: String { "at=\(sequence)&nonce=\(nonce)" }
}

/// What the gateway holds of a till's ledger. Travels as ``SignedText``, with the key that signs leases, so that
/// nobody in between can say that something was stored.
public struct HeldLedger: Sendable, Hashable, Codable {
  public let terminal: TerminalID
  /// Of the question.
  public let nonce: String
  /// The last entry that the gateway holds; 0 for none.
  public let end: Int64
  /// The entry asked about, or the last one where that is earlier.
  public let point: LedgerPoint

  public init(terminal: TerminalID, nonce: String, end: Int64, point: LedgerPoint) {
    self.terminal = terminal
    self.nonce = nonce
    self.end = end
    self.point = point
  }

  /// - Throws: ``HeldLedgerError`` unless `key` signed this for the till and the question.
  public init(
    _ signed: SignedText, signedBy key: P256.Signing.PublicKey, for terminal: TerminalID,
    answering question: HeldLedgerQuestion
  ) throws(HeldLedgerError) {
    guard let text = try? signed.verified(by: key, purpose: .heldLedger),
      let held = try? CanonicalJSON.decode(HeldLedger.self, from: text)
    else { throw .notSigned }
    guard held.terminal == terminal, held.nonce == question.nonce,
      held.end >= 0, held.point.sequence == min(held.end, question.sequence),
      held.point.sequence > 0 || held.point == .start
    else { throw .answersAnother }
    self = held
  }

  private enum CodingKeys: String, CodingKey {
    case terminal = "terminal_id"
    case nonce
    case end
    case point
  }
}

public enum HeldLedgerError: Error, Equatable, CustomStringConvertible {
  case missing
  case notSigned
  case answersAnother
  case incomplete

  public var description: String {
    switch self {
    case .missing:
      "The gateway does not say what it holds of this till's ledger; update the gateway, nothing is lost."
    case .notSigned:
      """
      What is said to be held of this till's ledger was not signed by its gateway; somebody between here and there \
      may be answering in its name.
      """
    case .incomplete:
      """
      The gateway holds other entries of this till than it sent; somebody in between may have cut them short. Nothing \
      was changed: try again.
      """
    case .answersAnother:
      """
      What the gateway holds of this till's ledger is an old or foreign answer; somebody between here and there may \
      be sending it again.
      """
    }
  }
}

extension String {
  /// 128 random bits in hex.
  public static func nonce() -> String {
    SymmetricKey(size: .bits128).withUnsafeBytes { Array($0).hex }
  }
}

/// `POST /v1/orders`: the next entries of a till's ledger, in order and without a gap.
public struct OrderUpload: Sendable, Codable {
  /// Entries a batch may hold at most.
  public static let mostEntries = 100
  /// A till ends a batch with the entry that reaches this many bytes of payload.
  public static let usualBytes = 1 << 20

  public let entries: [LedgerEntry]
  /// Of ``HeldLedgerQuestion``, about the last entry; nil from tills of earlier versions.
  public let nonce: String?
  /// Up to here entries were sent before, and a gateway that does not know them may have forgotten them; nil from
  /// tills of earlier versions.
  public let heldThrough: Int64?

  public init(entries: [LedgerEntry], nonce: String? = nil, heldThrough: Int64? = nil) {
    self.entries = entries
    self.nonce = nonce
    self.heldThrough = heldThrough
  }

  private enum CodingKeys: String, CodingKey {
    case entries
    case nonce
    case heldThrough = "held_through"
  }

  /// What has to be answered besides; nil when nothing was asked.
  public var question: HeldLedgerQuestion? {
    guard let nonce, let last = entries.last else { return nil }
    return HeldLedgerQuestion(about: last.sequence, nonce: nonce)
  }
}

/// One answer for each entry, in the same order, up to the first that is refused. An entry that is stored
/// already gets the same answer again.
public struct OrderUploadAnswer: Sendable, Codable {
  public struct Answer: Sendable, Hashable, Codable {
    public let sequence: Int64
    public let outcome: Outcome
    /// Why an entry was refused, for the operator.
    public let reason: String?

    public init(sequence: Int64, outcome: Outcome, reason: String? = nil) {
      self.sequence = sequence
      self.outcome = outcome
      self.reason = reason
    }
  }

  public enum Outcome: String, Sendable, Hashable, Codable {
    case stored
    /// A gap, a fork, a bad signature, or a payload that is unreadable or not sound: nothing after it is
    /// stored either.
    case refused
  }

  public let answers: [Answer]
  /// ``HeldLedger``; a till believes nothing else. nil for tills that did not ask.
  public let held: SignedText?

  public init(answers: [Answer], held: SignedText? = nil) {
    self.answers = answers
    self.held = held
  }
}

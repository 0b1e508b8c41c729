public import CanteenCore

/// `POST /v1/orders`: the next entries of a till's ledger, in order and without a gap.
public struct OrderUpload: Sendable, Codable {
  /// Entries a batch may hold at most.
  public static let mostEntries = 100

  public let entries: [LedgerEntry]

  public init(entries: [LedgerEntry]) {
    self.entries = entries
  }
}

/// One answer for each entry, in the same order. An entry that was there already is answered the same again.
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
    /// A gap, a fork, a bad signature or an unreadable payload: nothing after it is stored either.
    case refused
  }

  public let answers: [Answer]

  public init(answers: [Answer]) {
    self.answers = answers
  }
}

/// `GET /v1/results?after=CURSOR&wait=S`: what became of this till's orders since the cursor.
public struct OrderResults: Sendable, Codable {
  public let results: [OrderResult]
  public let cursor: Int64

  public init(results: [OrderResult], cursor: Int64) {
    self.results = results
    self.cursor = cursor
  }
}

/// How every refusal of the gateway and of the till's own interface looks: `{"code", "message"}`.
public struct Refusal: Sendable, Codable, Error, CustomStringConvertible {
  public let code: String
  /// One sentence for a person, saying what to do.
  public let message: String

  public init(code: String, message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}

/// The header by which a till says who it is until mutual TLS does.
public enum TerminalHeader {
  public static let name = "canteen-terminal"
}

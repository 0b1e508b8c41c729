/// What is known of the calls that were made about the money of one order or refund, and when the next is due: the part
/// that ``Settlement`` and ``RefundSettlement`` have in common.
public struct CallHistory<Refusal: Sendable & Hashable>: Sendable, Hashable {
  /// Requests were sent that may have moved the money, and no certain answer came.
  public struct Doubt: Sendable, Hashable {
    /// When the first of them was sent.
    public let since: Timestamp
    /// When the last one was.
    public fileprivate(set) var sentAt: Timestamp
    public fileprivate(set) var sends: Int
    /// How often in a row the platform did not know the number, at a time when nothing could be under way any more.
    public fileprivate(set) var notFound: Int
    /// The platform never had the request: the same may be sent once more.
    public internal(set) var mayResend: Bool
    /// What a later send was refused with. Believed once the platform has not known the number again and again.
    public internal(set) var refusal: Refusal?
    public internal(set) var refusalReason: String?

    public init(
      since: Timestamp, sentAt: Timestamp, sends: Int = 1, notFound: Int = 0, mayResend: Bool = false,
      refusal: Refusal? = nil, refusalReason: String? = nil
    ) {
      self.since = since
      self.sentAt = sentAt
      self.sends = sends
      self.notFound = notFound
      self.mayResend = mayResend
      self.refusal = refusal
      self.refusalReason = refusalReason
    }
  }

  /// What "not found" says about a request that was sent.
  enum Absence {
    /// Nothing yet.
    case unproved
    case neverArrived
  }

  public internal(set) var doubt: Doubt?
  /// How often a request that moves money was sent.
  public internal(set) var attempts: Int
  /// Answers in a row that decided nothing.
  public internal(set) var failures: Int
  /// When somebody has to call the platform; nil when nobody has to.
  public internal(set) var dueAt: Timestamp?

  public init(doubt: Doubt? = nil, attempts: Int = 0, failures: Int = 0, dueAt: Timestamp?) {
    self.doubt = doubt
    self.attempts = attempts
    self.failures = failures
    self.dueAt = dueAt
  }

  /// So often a platform must not know what was sent before it is taken at its word.
  static var notFoundTimes: Int { 3 }

  /// Somebody who has forgotten it may have sent the request, longer ago than any request takes: the platform is asked
  /// before anything is sent.
  mutating func askFirst(at now: Timestamp) {
    guard doubt == nil, dueAt != nil else { return }
    doubt = Doubt(since: now, sentAt: now.advanced(by: .zero - Settlement.longestRequest))
  }

  func isDue(at now: Timestamp) -> Bool { dueAt.map { $0 <= now } ?? false }

  /// The platform must be asked before anything is sent again.
  var mustAsk: Bool { doubt.map { !$0.mayResend } ?? false }

  /// More than one request was sent without a certain answer: what the last one is refused with may be the echo of an
  /// earlier one that moved the money.
  var isEchoPossible: Bool { doubt.map { $0.sends > 1 } ?? false }

  mutating func send(at now: Timestamp) {
    attempts += 1
    if var doubt {
      doubt.sentAt = now
      doubt.sends += 1
      doubt.notFound = 0
      doubt.mayResend = false
      self.doubt = doubt
    } else {
      doubt = Doubt(since: now, sentAt: now)
    }
  }

  mutating func wait(_ schedule: RetrySchedule, at now: Timestamp, under rules: Settlement.Rules) {
    failures += 1
    dueAt = now.advanced(by: schedule.delay(afterFailures: failures, jitter: rules.jitter))
  }

  /// The platform does not know the number. Soon after a send that says nothing; later it says that the request never
  /// arrived: at once where the same is sent again, and after several times where something ends with it.
  mutating func notFound(
    at now: Timestamp, quiet: Duration, endsIt: Bool, under rules: Settlement.Rules
  ) -> Absence {
    // Sent by a clock that was ahead: the quiet time begins now, and not at a time that is still to come.
    if let sentAt = doubt?.sentAt, sentAt > now { doubt?.sentAt = now }
    guard var doubt, now >= doubt.sentAt.advanced(by: quiet) else {
      wait(.unclear, at: now, under: rules)
      return .unproved
    }
    doubt.notFound += 1
    self.doubt = doubt
    guard endsIt, doubt.notFound < Self.notFoundTimes else { return .neverArrived }
    dueAt = now.advanced(by: max(rules.quiet / Self.notFoundTimes, .seconds(1)))
    return .unproved
  }

  /// The request never arrived and may be sent again now.
  mutating func allowResend(at now: Timestamp) {
    doubt?.mayResend = true
    dueAt = now
  }

  /// Nothing more is to be called for.
  mutating func close() {
    doubt = nil
    failures = 0
    dueAt = nil
  }
}

extension RetrySchedule {
  /// After an answer that leaves open whether money moved.
  static let unclear = RetrySchedule(first: .seconds(1), longest: .seconds(60))
  /// After "not now".
  static let refusedForNow = RetrySchedule(first: .seconds(2), longest: .seconds(120))
}

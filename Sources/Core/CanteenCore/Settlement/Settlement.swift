/// The way of one order's money through a platform, as rules: what the platform and the staff said in, what becomes of
/// the order and when somebody has to call again out. docs/orders.md shows it as a table.
///
/// Whoever calls the platform asks ``begin(at:under:)`` what to call for and writes that down *before* the call, and
/// tells ``receive(_:to:at:under:)`` the answer. From a first send without a certain answer on there is ``doubt``, and in
/// doubt nothing but the platform's own word about the order ends it: what a later send is refused with may be the echo
/// of one that took the money.
public struct Settlement: Sendable, Hashable {
  public enum Call: Sendable, Hashable {
    case deduct
    case query
  }

  /// What an answer came to.
  public enum Outcome: Sendable, Hashable {
    /// Nothing is decided; somebody calls again when it is due.
    case waits
    case charged
    /// The platform took nothing, and this is why.
    case refused(Deduction.Refusal)
    /// Undone before anything was taken.
    case voided
  }

  /// What a void came to.
  public enum VoidOutcome: Sendable, Hashable {
    case voided
    /// The platform is asked first.
    case asks
    /// The money was taken; it goes back as a refund.
    case charged
    /// There is nothing to undo.
    case nothing
  }

  /// Requests were sent that may have taken the money, and no certain answer came.
  public struct Doubt: Sendable, Hashable {
    /// When the first of them was sent.
    public let since: Timestamp
    /// When the last one was.
    public fileprivate(set) var sentAt: Timestamp
    public fileprivate(set) var sends: Int
    /// How often in a row the platform did not know the order, at a time when nothing could be under way any more.
    public fileprivate(set) var notFound: Int
    /// The platform never had the order: the same may be sent once more.
    public fileprivate(set) var mayResend: Bool
    /// What a later send was refused with. Believed once the platform has not known the order again and again.
    public fileprivate(set) var refusal: Deduction.Refusal?
    public fileprivate(set) var refusalReason: String?

    public init(
      since: Timestamp, sentAt: Timestamp, sends: Int = 1, notFound: Int = 0, mayResend: Bool = false,
      refusal: Deduction.Refusal? = nil, refusalReason: String? = nil
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

  /// What holds at one platform.
  public struct Rules: Sendable {
    let hours: DeductionHours
    let utcOffset: Int
    /// After this long nothing that was sent is under way any more: longer than a request may take and its signature is
    /// good.
    let quiet: Duration
    /// 0 … 1 for each wait, so that not everything comes back at one moment.
    let jitter: Double

    public init(terms: PlatformTerms, utcOffset: Int, quiet: Duration, jitter: Double) {
      hours = DeductionHours(terms: terms, utcOffset: utcOffset)
      self.utcOffset = utcOffset
      self.quiet = quiet
      self.jitter = jitter
    }
  }

  /// Longer than till, gateway and platform together wait for a payment code, whoever asks about it.
  public static let longestCodeCall: Duration = .seconds(180)

  private static let unclear = RetrySchedule(first: .seconds(1), longest: .seconds(60))
  private static let refusedForNow = RetrySchedule(first: .seconds(2), longest: .seconds(120))
  /// So often the platform must not know an order that was sent before it is taken at its word.
  private static let notFoundTimes = 3

  public private(set) var state: OrderState
  public private(set) var transactionID: String?
  public private(set) var reason: String?
  /// Why staff want it undone, when they do.
  public private(set) var void: String?
  public private(set) var doubt: Doubt?
  /// How often it was sent.
  public private(set) var attempts: Int
  /// How often it was sent on the school's day of the last attempt.
  public private(set) var attemptsOfDay: AttemptsOfDay
  /// Answers in a row that decided nothing.
  public private(set) var failures: Int
  /// When somebody has to call the platform; nil when nobody has to.
  public private(set) var dueAt: Timestamp?
  public private(set) var concludedAt: Timestamp?
  /// Whether the gateway may send it by itself; a payment code was sent while it was shown, and never is again.
  public let mayBeSent: Bool

  /// As it was kept.
  public init(
    state: OrderState, transactionID: String?, reason: String?, void: String?, doubt: Doubt?, attempts: Int,
    attemptsOfDay: AttemptsOfDay, failures: Int, dueAt: Timestamp?, concludedAt: Timestamp?, mayBeSent: Bool
  ) {
    self.state = state
    self.transactionID = transactionID
    self.reason = reason
    self.void = void
    self.doubt = doubt
    self.attempts = attempts
    self.attemptsOfDay = attemptsOfDay
    self.failures = failures
    self.dueAt = dueAt
    self.concludedAt = concludedAt
    self.mayBeSent = mayBeSent
  }

  /// Of an order that has just arrived.
  ///
  /// - Parameter void: why it is undone at once; nil for one that stands.
  public init(of order: Order, void: String? = nil, at now: Timestamp) {
    let state = order.stateWhenUploaded
    let isAsked = state == .uploaded
    let mayBeSent = order.means.collection.mayBeSent
    self.init(
      state: state, transactionID: nil, reason: nil, void: void,
      // What a payment code took is known at the platform only.
      doubt: isAsked && !mayBeSent ? Doubt(since: order.acceptedAt, sentAt: order.acceptedAt) : nil,
      attempts: 0, attemptsOfDay: .none, failures: 0, dueAt: isAsked ? now : nil, concludedAt: nil,
      mayBeSent: mayBeSent)
  }

  /// Whether the platform may still take the money.
  public var isOpen: Bool { state == .uploaded || state == .delayed }

  // MARK: Calling the platform

  /// What to call for; what this changes must be written before the call.
  ///
  /// - Returns: nil when nothing is to be called for, now or any more.
  public mutating func begin(at now: Timestamp, under rules: Rules) -> Call? {
    guard isOpen, let dueAt, dueAt <= now else { return nil }
    if let doubt, !doubt.mayResend { return .query }
    if let void {
      end(as: .voided, reason: void, at: now)
      return nil
    }
    attempts += 1
    attemptsOfDay = attemptsOfDay.adding(on: SchoolTime(now, utcOffset: rules.utcOffset).day)
    if var doubt {
      doubt.sentAt = now
      doubt.sends += 1
      doubt.notFound = 0
      doubt.mayResend = false
      self.doubt = doubt
    } else {
      doubt = Doubt(since: now, sentAt: now)
    }
    return .deduct
  }

  /// The platform answered a call.
  public mutating func receive(
    _ answer: Deduction, to call: Call, at now: Timestamp, under rules: Rules
  ) -> Outcome {
    // Somebody else has seen to it.
    guard isOpen else { return .waits }
    switch (answer, call) {
    case (.charged(let transactionID, let advanced), _):
      end(as: advanced ? .advanced : .paid, transactionID: transactionID, at: now)
      return .charged
    case (.unknown, _), (.notCharged(.tryLater, _), .query), (.notCharged(.notFound, _), .deduct):
      return wait(Self.unclear, at: now, under: rules)
    case (.notCharged(.notFound, let reason), .query): return notFound(reason, at: now, under: rules)
    case (.notCharged(let refusal, let reason), .query):
      return decide(refusal, reason, at: now, under: rules)
    case (.notCharged(let refusal, let reason), .deduct):
      guard var doubt, doubt.sends > 1 else { return decide(refusal, reason, at: now, under: rules) }
      if refusal != .tryLater {
        doubt.refusal = refusal
        doubt.refusalReason = reason
        self.doubt = doubt
      }
      return wait(Self.unclear, at: now, under: rules)
    }
  }

  /// The platform does not know the order. Soon after a send that says nothing; later it says that the order never
  /// arrived, once where the same is sent again, and more often where the order is over with it.
  private mutating func notFound(_ reason: String, at now: Timestamp, under rules: Rules) -> Outcome {
    let quiet = mayBeSent ? rules.quiet : max(rules.quiet, Self.longestCodeCall)
    guard var doubt, now >= doubt.sentAt.advanced(by: quiet) else {
      return wait(Self.unclear, at: now, under: rules)
    }
    let endsIt = void != nil || doubt.refusal != nil || !mayBeSent
    doubt.notFound += 1
    if endsIt, doubt.notFound < Self.notFoundTimes {
      self.doubt = doubt
      dueAt = now.advanced(by: max(rules.quiet / Self.notFoundTimes, .seconds(1)))
      return .waits
    }
    if let void {
      end(as: .voided, reason: void, at: now)
      return .voided
    }
    if let refusal = doubt.refusal {
      return decide(refusal, doubt.refusalReason ?? reason, at: now, under: rules)
    }
    guard mayBeSent else {
      end(as: .failed, reason: reason, at: now)
      return .refused(.notFound)
    }
    doubt.mayResend = true
    self.doubt = doubt
    dueAt = now
    return .waits
  }

  /// Nothing was taken, for certain.
  private mutating func decide(
    _ refusal: Deduction.Refusal, _ reason: String, at now: Timestamp, under rules: Rules
  ) -> Outcome {
    doubt = nil
    if let void {
      end(as: .voided, reason: void, at: now)
      return .voided
    }
    switch refusal {
    case .insufficientFunds, .overLimit:
      end(as: .delayed, reason: reason, at: now)
      dueAt = rules.hours.next(
        after: now, deductionsToday: attemptsOfDay.count(on: SchoolTime(now, utcOffset: rules.utcOffset).day))
    case .riskRejected: end(as: .riskRejected, reason: reason, at: now)
    case .forGood: end(as: .failed, reason: reason, at: now)
    case .tryLater, .notFound: return wait(Self.refusedForNow, at: now, under: rules)
    }
    return .refused(refusal)
  }

  private mutating func wait(_ schedule: RetrySchedule, at now: Timestamp, under rules: Rules) -> Outcome {
    failures += 1
    dueAt = now.advanced(by: schedule.delay(afterFailures: failures, jitter: rules.jitter))
    return .waits
  }

  private mutating func end(
    as state: OrderState, transactionID: String? = nil, reason: String? = nil, at now: Timestamp
  ) {
    self.state = state
    self.transactionID = transactionID
    self.reason = reason
    doubt = nil
    failures = 0
    dueAt = nil
    concludedAt = now
  }

  // MARK: What staff want

  /// Staff undo the order.
  public mutating func undo(because reason: String, at now: Timestamp) -> VoidOutcome {
    if state.isCharged { return .charged }
    if isOpen, doubt != nil {
      void = reason
      doubt?.mayResend = false
      dueAt = now
      return .asks
    }
    guard state.canBecome(.voided) else { return .nothing }
    end(as: .voided, reason: reason, at: now)
    return .voided
  }

  /// All that was taken has gone back.
  public mutating func wasGivenBack() { state = .refunded }

  /// Nobody can call its platform now.
  public mutating func postpone(until time: Timestamp) { if isOpen { dueAt = time } }
}

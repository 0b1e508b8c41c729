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

  public typealias Doubt = CallHistory<Deduction.Refusal>.Doubt

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

  public private(set) var state: OrderState
  public private(set) var transactionID: String?
  public private(set) var reason: String?
  /// Why staff want it undone, when they do.
  public private(set) var void: String?
  public private(set) var calls: CallHistory<Deduction.Refusal>
  /// How often it was sent on the school's day of the last attempt.
  public private(set) var attemptsOfDay: AttemptsOfDay
  public private(set) var concludedAt: Timestamp?
  /// Whether the gateway may send it by itself; a payment code was sent while it was shown, and never is again.
  public let mayBeSent: Bool

  /// As it was kept.
  public init(
    state: OrderState, transactionID: String?, reason: String?, void: String?,
    calls: CallHistory<Deduction.Refusal>, attemptsOfDay: AttemptsOfDay, concludedAt: Timestamp?,
    mayBeSent: Bool
  ) {
    self.state = state
    self.transactionID = transactionID
    self.reason = reason
    self.void = void
    self.calls = calls
    self.attemptsOfDay = attemptsOfDay
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
      calls: CallHistory(
        // What a payment code took is known at the platform only.
        doubt: isAsked && !mayBeSent ? Doubt(since: order.acceptedAt, sentAt: order.acceptedAt) : nil,
        dueAt: isAsked ? now : nil),
      attemptsOfDay: .none, concludedAt: nil, mayBeSent: mayBeSent)
  }

  public var doubt: Doubt? { calls.doubt }
  public var dueAt: Timestamp? { calls.dueAt }

  /// Whether the platform may still take the money.
  public var isOpen: Bool { state == .uploaded || state == .delayed }

  // MARK: Calling the platform

  /// What to call for; what this changes must be written before the call.
  ///
  /// - Returns: nil when nothing is to be called for, now or any more.
  public mutating func begin(at now: Timestamp, under rules: Rules) -> Call? {
    guard isOpen, calls.isDue(at: now) else { return nil }
    if calls.mustAsk { return .query }
    if let void {
      end(as: .voided, reason: void, at: now)
      return nil
    }
    attemptsOfDay = attemptsOfDay.adding(on: SchoolTime(now, utcOffset: rules.utcOffset).day)
    calls.send(at: now)
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
    case (.unknown, _), (.heldUp, .query), (.notCharged(.tryLater, _), .query),
      (.notCharged(.notFound, _), .deduct):
      return wait(.unclear, at: now, under: rules)
    case (.notCharged(.notFound, let reason), .query): return notFound(reason, at: now, under: rules)
    case (.notCharged(let refusal, let reason), .query):
      return decide(refusal, reason, at: now, under: rules)
    case (.heldUp(let standstill), .deduct):
      return refused(.tryLater, standstill.reason, at: now, under: rules)
    case (.notCharged(let refusal, let reason), .deduct):
      return refused(refusal, reason, at: now, under: rules)
    }
  }

  /// A send was refused.
  private mutating func refused(
    _ refusal: Deduction.Refusal, _ reason: String, at now: Timestamp, under rules: Rules
  ) -> Outcome {
    guard calls.isEchoPossible else { return decide(refusal, reason, at: now, under: rules) }
    if refusal != .tryLater {
      calls.doubt?.refusal = refusal
      calls.doubt?.refusalReason = reason
    }
    return wait(.unclear, at: now, under: rules)
  }

  private mutating func notFound(_ reason: String, at now: Timestamp, under rules: Rules) -> Outcome {
    let quiet = mayBeSent ? rules.quiet : max(rules.quiet, Self.longestCodeCall)
    let endsIt = void != nil || doubt?.refusal != nil || !mayBeSent
    guard calls.notFound(at: now, quiet: quiet, endsIt: endsIt, under: rules) == .neverArrived else {
      return .waits
    }
    if let void {
      end(as: .voided, reason: void, at: now)
      return .voided
    }
    if let refusal = doubt?.refusal {
      return decide(refusal, doubt?.refusalReason ?? reason, at: now, under: rules)
    }
    guard mayBeSent else {
      end(as: .failed, reason: reason, at: now)
      return .refused(.notFound)
    }
    calls.allowResend(at: now)
    return .waits
  }

  /// Nothing was taken, for certain.
  private mutating func decide(
    _ refusal: Deduction.Refusal, _ reason: String, at now: Timestamp, under rules: Rules
  ) -> Outcome {
    calls.doubt = nil
    if let void {
      end(as: .voided, reason: void, at: now)
      return .voided
    }
    switch refusal {
    case .insufficientFunds, .overLimit, .frozen:
      end(as: .delayed, reason: reason, at: now)
      calls.dueAt = rules.hours.next(
        after: now, deductionsToday: attemptsOfDay.count(on: SchoolTime(now, utcOffset: rules.utcOffset).day))
    case .riskRejected: end(as: .riskRejected, reason: reason, at: now)
    case .forGood: end(as: .failed, reason: reason, at: now)
    case .tryLater, .notFound: return wait(.refusedForNow, at: now, under: rules)
    }
    return .refused(refusal)
  }

  private mutating func wait(_ schedule: RetrySchedule, at now: Timestamp, under rules: Rules) -> Outcome {
    calls.wait(schedule, at: now, under: rules)
    return .waits
  }

  private mutating func end(
    as state: OrderState, transactionID: String? = nil, reason: String? = nil, at now: Timestamp
  ) {
    self.state = state
    self.transactionID = transactionID
    self.reason = reason
    calls.close()
    concludedAt = now
  }

  // MARK: What staff want

  /// Staff undo the order.
  public mutating func undo(because reason: String, at now: Timestamp) -> VoidOutcome {
    if state.isCharged { return .charged }
    if isOpen, doubt != nil {
      void = reason
      calls.doubt?.mayResend = false
      calls.dueAt = now
      return .asks
    }
    guard state.canBecome(.voided) else { return .nothing }
    end(as: .voided, reason: reason, at: now)
    return .voided
  }

  /// All that was taken has gone back.
  public mutating func wasGivenBack() { state = .refunded }

  /// Nobody can call its platform now.
  public mutating func postpone(until time: Timestamp) { if isOpen { calls.dueAt = time } }

  /// What kept a delayed order from being paid may be gone: somebody calls now, and not in the next window only.
  ///
  /// - Returns: false when it is not delayed, or is due already.
  public mutating func hasten(at now: Timestamp) -> Bool {
    guard state == .delayed, let dueAt, dueAt > now else { return false }
    calls.dueAt = now
    return true
  }
}

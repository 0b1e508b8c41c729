/// How one order's money is taken by a platform, as rules. In go what the platform and the staff say; out
/// come the order's state and when the platform must be called again. docs/orders.md shows it as a table.
///
/// Before each call to the platform, the caller asks ``begin(at:under:)`` which call to make and writes the
/// result down *before* making it. It passes the answer to ``receive(_:to:at:under:)``.
///
/// After the first send without a certain answer there is ``doubt``. It ends only when the platform says that
/// it charged the order, or gives a certain answer to a query. A refusal of a later send does not end it: the
/// refusal may be the echo of an earlier send that took the money.
public struct Settlement: Sendable, Hashable {
  public enum Call: Sendable, Hashable {
    case deduct
    case query
  }

  /// What an answer led to.
  public enum Outcome: Sendable, Hashable {
    /// Nothing is decided; the platform is called again when it is due.
    case waits
    case charged
    /// The platform took nothing, and this is why.
    case refused(Deduction.Refusal)
    /// Undone before anything was taken.
    case voided
  }

  /// What a void led to.
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

  /// The rules at one platform.
  public struct Rules: Sendable {
    let hours: DeductionHours
    let utcOffset: Int
    /// After this long no request is still under way: longer than a request may take and than its signature
    /// is valid.
    let quiet: Duration
    /// 0 … 1 for each wait, so that not everything comes back at the same moment.
    let jitter: Double

    public init(terms: PlatformTerms, utcOffset: Int, quiet: Duration, jitter: Double) {
      hours = DeductionHours(terms: terms, utcOffset: utcOffset)
      self.utcOffset = utcOffset
      self.quiet = quiet
      self.jitter = jitter
    }
  }

  /// Longer than any request to a platform is under way.
  static let longestRequest: Duration = .seconds(900)

  /// Longer than till, gateway and platform together wait for the outcome of a payment code.
  public static let longestCodeCall: Duration = .seconds(180)

  public private(set) var state: OrderState
  public private(set) var transactionID: String?
  public private(set) var reason: String?
  /// Why staff want the order undone; nil when they do not.
  public private(set) var void: String?
  public private(set) var calls: CallHistory<Deduction.Refusal>
  /// How often it was sent on the school's day of the last attempt.
  public private(set) var attemptsOfDay: AttemptsOfDay
  public private(set) var concludedAt: Timestamp?
  /// Whether the gateway may send the order by itself. A payment code was sent while it was shown and is
  /// never sent again.
  public let mayBeSent: Bool

  /// A settlement as it was stored.
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

  /// The settlement of an order that has just arrived.
  ///
  /// - Parameters:
  ///   - void: why it is undone at once; nil for one that stands.
  ///   - mayHaveBeenSent: a gateway that has forgotten it may have sent it: the platform is asked first.
  public init(of order: Order, void: String? = nil, mayHaveBeenSent: Bool = false, at now: Timestamp) {
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
    if mayHaveBeenSent { calls.askFirst(at: now) }
  }

  /// A gateway that has forgotten it may have sent it.
  public mutating func askFirst(at now: Timestamp) { if isOpen { calls.askFirst(at: now) } }

  public var doubt: Doubt? { calls.doubt }
  public var dueAt: Timestamp? { calls.dueAt }

  /// Whether the platform may still take the money.
  public var isOpen: Bool { state == .uploaded || state == .delayed }

  // MARK: Calling the platform

  /// Which call to make now. What this changes must be written before the call.
  ///
  /// - Returns: nil when no call is due. A void of an order that the platform does not have is concluded
  ///   here.
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
    // Another call has concluded the order meanwhile.
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
  public mutating func hasten(at now: Timestamp, under rules: Rules) -> Bool {
    let today = attemptsOfDay.count(on: SchoolTime(now, utcOffset: rules.utcOffset).day)
    let earliest = rules.hours.next(after: now, deductionsToday: today, pause: .zero)
    guard state == .delayed, let dueAt, dueAt > earliest else { return false }
    calls.dueAt = earliest
    return true
  }
}

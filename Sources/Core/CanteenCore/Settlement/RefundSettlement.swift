/// The way of one refund's money back through a platform, as rules; see ``Settlement``, whose sibling it is.
///
/// From a first send without a certain answer on nothing but the platform's own word about the refund ends it. "Already
/// refunded in full" may be the echo of an earlier send, and staff who believe a failure pay a second time by hand.
public struct RefundSettlement: Sendable, Hashable {
  public enum Call: Sendable, Hashable {
    case refund
    case query
  }

  /// What an answer came to.
  public enum Outcome: Sendable, Hashable {
    /// Nothing is decided; somebody calls again when it is due.
    case waits
    /// The money lies at the platform, and somebody has to choose another way for it there.
    case abnormal
    case refunded
    case failed
  }

  /// A refund takes minutes, and to a bank card days.
  private static let underWay = RetrySchedule(first: .seconds(1), longest: .seconds(300))
  private static let abnormal = RetrySchedule(first: .seconds(60), longest: .seconds(600))

  public private(set) var state: RefundState
  /// The platform's number of it.
  public private(set) var refundID: String?
  /// Why it failed.
  public private(set) var reason: String?
  public private(set) var calls: CallHistory<RefundOutcome.Refusal>
  public private(set) var concludedAt: Timestamp?

  /// As it was kept.
  public init(
    state: RefundState, refundID: String?, reason: String?, calls: CallHistory<RefundOutcome.Refusal>,
    concludedAt: Timestamp?
  ) {
    self.state = state
    self.refundID = refundID
    self.reason = reason
    self.calls = calls
    self.concludedAt = concludedAt
  }

  /// Of a refund that was just asked for.
  ///
  /// - Parameter mayHaveBeenSent: a gateway that has forgotten it may have sent it: the platform is asked first.
  public init(at now: Timestamp, mayHaveBeenSent: Bool = false) {
    self.init(state: .requested, refundID: nil, reason: nil, calls: CallHistory(dueAt: now), concludedAt: nil)
    if mayHaveBeenSent { calls.askFirst(at: now) }
  }

  /// A gateway that has forgotten it may have sent it.
  public mutating func askFirst(at now: Timestamp) { if isOpen { calls.askFirst(at: now) } }

  /// Whether the money may still go back.
  public var isOpen: Bool { state == .requested || state == .abnormal }

  /// Something was sent, and nobody knows yet what came of it.
  public var isInDoubt: Bool { calls.doubt != nil }

  /// What to call for; what this changes must be written before the call.
  ///
  /// - Returns: nil when nothing is to be called for, now or any more.
  public mutating func begin(at now: Timestamp, under rules: Settlement.Rules) -> Call? {
    guard isOpen, calls.isDue(at: now) else { return nil }
    if calls.mustAsk { return .query }
    calls.send(at: now)
    return .refund
  }

  /// The platform answered a call.
  public mutating func receive(
    _ answer: RefundOutcome, to call: Call, at now: Timestamp, under rules: Settlement.Rules
  ) -> Outcome {
    guard isOpen else { return .waits }
    switch (answer, call) {
    case (.refunded(let refundID), _):
      end(as: .refunded, refundID: refundID, at: now)
      return .refunded
    case (.processing(stuck: true), _):
      let isNews = state != .abnormal
      if isNews { calls.failures = 0 }
      state = .abnormal
      calls.wait(Self.abnormal, at: now, under: rules)
      return isNews ? .abnormal : .waits
    case (.processing(stuck: false), _):
      state = .requested
      return wait(Self.underWay, at: now, under: rules)
    case (.unknown, _), (.heldUp, .query), (.notRefunded(.tryLater, _), .query),
      (.notRefunded(.notFound, _), .refund):
      return wait(.unclear, at: now, under: rules)
    case (.notRefunded(.notFound, let reason), .query): return notFound(reason, at: now, under: rules)
    case (.notRefunded(.forGood, let reason), .query):
      end(as: .failed, reason: reason, at: now)
      return .failed
    case (.heldUp, .refund): return refused(.tryLater, "", at: now, under: rules)
    case (.notRefunded(let refusal, let reason), .refund):
      return refused(refusal, reason, at: now, under: rules)
    }
  }

  private mutating func notFound(_ reason: String, at now: Timestamp, under rules: Settlement.Rules)
    -> Outcome
  {
    let refusal = calls.doubt?.refusal
    guard
      calls.notFound(at: now, quiet: rules.quiet, endsIt: refusal != nil, under: rules) == .neverArrived
    else { return .waits }
    guard refusal == nil else {
      end(as: .failed, reason: calls.doubt?.refusalReason ?? reason, at: now)
      return .failed
    }
    calls.allowResend(at: now)
    return .waits
  }

  /// A send was refused.
  private mutating func refused(
    _ refusal: RefundOutcome.Refusal, _ reason: String, at now: Timestamp, under rules: Settlement.Rules
  ) -> Outcome {
    guard !calls.isEchoPossible else {
      if refusal == .forGood {
        calls.doubt?.refusal = refusal
        calls.doubt?.refusalReason = reason
      }
      return wait(.unclear, at: now, under: rules)
    }
    calls.doubt = nil
    guard refusal == .forGood else { return wait(.refusedForNow, at: now, under: rules) }
    end(as: .failed, reason: reason, at: now)
    return .failed
  }

  /// Nothing was taken for its order, so that nothing can go back.
  public mutating func fail(because reason: String, at now: Timestamp) {
    guard isOpen, !isInDoubt else { return }
    end(as: .failed, reason: reason, at: now)
  }

  /// Nobody can call its platform now.
  public mutating func postpone(until time: Timestamp) { if isOpen { calls.dueAt = time } }

  private mutating func wait(
    _ schedule: RetrySchedule, at now: Timestamp, under rules: Settlement.Rules
  ) -> Outcome {
    calls.wait(schedule, at: now, under: rules)
    return .waits
  }

  private mutating func end(
    as state: RefundState, refundID: String? = nil, reason: String? = nil, at now: Timestamp
  ) {
    self.state = state
    self.refundID = refundID
    self.reason = reason
    calls.close()
    concludedAt = now
  }
}

/// Why it is not known whether money moved, by a deduction or a refund.
public enum UncertaintyReason: Sendable, Equatable, CustomStringConvertible {
  /// Timeout, lost connection, too large an answer.
  case noAnswer(String)
  case unverified(AnswerFlaw)
  /// 202, 5xx, a status without meaning here, or a query that was refused.
  case undecided(PlatformRefusal)
  /// The platform has it, in a state that decides nothing or has no published meaning.
  case pending(state: String)
  /// The number was used before, with other parameters or with an outcome.
  case numberInUse(PlatformRefusal)
  /// A verified answer that lacks documented fields or speaks of another number or amount.
  case contradictory

  public var description: String {
    switch self {
    case .noAnswer(let reason): "no whole answer: \(reason)"
    case .unverified(let flaw): "the answer cannot be trusted: \(flaw)"
    case .undecided(let refusal): "the platform has not decided: \(refusal)"
    case .pending(let state): "it is \(state)"
    case .numberInUse(let refusal): "the number was used before: \(refusal)"
    case .contradictory: "the answer does not fit what was asked"
    }
  }

  /// For a query that got no verified answer: not even a failed connection says anything about the money.
  init(queryWithoutAnswer error: WeChatPayError) {
    self =
      switch error {
      case .notSent(let reason), .noAnswer(let reason): .noAnswer(reason)
      case .unverified(let flaw): .unverified(flaw)
      case .notFound(let refusal), .tryLater(let refusal), .refused(let refusal): .undecided(refusal)
      case .unreadable: .contradictory
      }
  }
}

/// Why a call to WeChat Pay gave no result. Each case says what the caller may do.
///
/// No case carries a key, a token or a request body.
public enum WeChatPayError: Error, Sendable, Equatable, CustomStringConvertible {
  /// No connection was made, so the platform knows nothing of this call: try later.
  case notSent(reason: String)
  /// The request may have arrived, but no whole answer came back: ask again, and query what moved money.
  case noAnswer(reason: String)
  /// An answer came that is not provably the platform's: do not act on it, ask again.
  case unverified(AnswerFlaw)
  /// The thing asked for does not exist.
  case notFound(PlatformRefusal)
  /// The platform is busy or has not decided: repeat with the same parameters, later.
  case tryLater(PlatformRefusal)
  /// The platform refused: do not repeat unchanged.
  case refused(PlatformRefusal)
  /// A verified answer without the documented fields: the interface has changed, look at it by hand.
  case unreadable

  /// What the platform said, when it said no.
  var refusal: PlatformRefusal? {
    switch self {
    case .notFound(let refusal), .tryLater(let refusal), .refused(let refusal): refusal
    case .notSent, .noAnswer, .unverified, .unreadable: nil
    }
  }

  public var description: String {
    switch self {
    case .notSent(let reason): "WeChat Pay was not reached (\(reason)); try later."
    case .noAnswer(let reason): "WeChat Pay gave no whole answer (\(reason)); ask again."
    case .unverified(let flaw): "The answer cannot be trusted: \(flaw). Ask again."
    case .notFound(let refusal): "WeChat Pay does not know what was asked for: \(refusal)."
    case .tryLater(let refusal): "WeChat Pay asks to try later: \(refusal)."
    case .refused(let refusal): "WeChat Pay refused: \(refusal)."
    case .unreadable: "WeChat Pay's answer lacks documented fields."
    }
  }
}

/// An answer that is not a success, as the platform words it.
public struct PlatformRefusal: Sendable, Equatable, CustomStringConvertible {
  /// HTTP status.
  public let status: Int
  /// For example `INVALID_REQUEST`; empty when the answer has none.
  public let code: String
  public let message: String
  /// The field that a `PARAM_ERROR` is about: a name, or a path such as `/amount/total`.
  public let field: String?
  /// How long the platform wants to be left alone.
  public let retryAfter: Duration?

  public init(
    status: Int, code: String, message: String, field: String? = nil, retryAfter: Duration? = nil
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.field = field
    self.retryAfter = retryAfter
  }

  public var description: String { "\(status) \(code) \(message)" }

  /// Code and message, for whoever reads why.
  var words: String { [code, message].filter { !$0.isEmpty }.joined(separator: " ") }
}

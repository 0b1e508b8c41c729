import CanteenCore
import FaultInjection

extension SimulatedPlatform {
  /// How the platform treats one call.
  enum Treatment: String, CaseIterable {
    case fair
    case busy
    /// It refuses the merchant for a moment.
    case merchantRefused = "merchant_refused"
    /// The request gets lost.
    case lostRequest = "lost_request"
    /// The answer gets lost.
    case lostAnswer = "lost_answer"
    /// The caller gives up; the request is dealt with later.
    case lateRequest = "late_request"
    /// A question is answered from a copy that is not up to date.
    case staleAnswer = "stale_answer"
  }

  /// What is found out in a call, and what the caller hears when something goes wrong.
  struct Answers<Answer: Sendable>: Sendable {
    let unknown: Answer
    let busy: Answer
    let merchantRefused: Answer
    /// nil for a call that moves money; a question alone may be answered from an old copy.
    let stale: Answer?
  }

  /// Seconds until a request that is late is dealt with, less than the gateway's quiet time.
  static let longestDelay = 12
  /// Seconds for which an old copy does not know what happened. Longer than the quiet time, so that orders that were
  /// charged are sent again; less than the time after which "not found" ends something.
  static let longestStaleness = 35
  /// The caller's patience.
  static let timeout: Duration = .seconds(10)

  static func draw(_ random: inout SeededRandom, isQuestion: Bool, isStrange: Bool) -> Treatment {
    // Always as many numbers, so that leaving out one kind of trouble changes little of the story.
    let (kind, strange) = (random.pick(0...999), random.pick(0...999))
    switch kind {
    case ..<40: return .busy
    case ..<90: return .lostRequest
    case ..<150: return .lostAnswer
    default: break
    }
    guard isStrange else { return .fair }
    switch strange {
    case ..<60: return isQuestion ? .staleAnswer : .lateRequest
    case ..<80: return .merchantRefused
    case ..<200: return isQuestion ? .staleAnswer : .fair
    default: return .fair
    }
  }
}

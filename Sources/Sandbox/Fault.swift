/// What goes wrong in one of the next calls that move money.
enum Fault: String, Sendable, Codable {
  /// 500, nothing moved.
  case errorBeforeTaking = "error_before_taking"
  /// Moves the money, answers 500.
  case errorAfterTaking = "error_after_taking"
  /// Moves the money, answers nothing until the client gives up.
  case timeoutAfterTaking = "timeout_after_taking"
  /// Moves the money, closes the connection without an answer.
  case dropConnection = "drop_connection"
  /// Moves the money, answers without a signature.
  case unsignedAnswer = "unsigned_answer"
  /// 429, nothing moved.
  case frequencyLimited = "frequency_limited"
  /// 403, the platform's risk control refuses the order; nothing moved.
  case riskRejected = "risk_rejected"
  /// 202, taken in and not dealt with; nothing moved.
  case accepted
  /// Does what it should, and the answer is changed after it was signed.
  case alteredAnswer = "altered_answer"
  /// A question is answered as if what it asks about had not happened yet.
  case staleAnswer = "stale_answer"

  /// The call that goes wrong.
  enum Operation: String, Sendable, Codable {
    case deduction
    case refund
    case deductionQuery = "deduction_query"
    case refundQuery = "refund_query"
  }
}

/// The faults still to come, in the order they were asked for.
struct FaultPlan: Sendable {
  private var runs: [(operation: Fault.Operation, fault: Fault, left: Int)] = []

  mutating func add(_ fault: Fault, to operation: Fault.Operation, count: Int) {
    runs.append((operation, fault, count))
  }

  /// The fault of the next call; nil when it goes well.
  mutating func next(of operation: Fault.Operation) -> Fault? {
    runs.removeAll { $0.left <= 0 }
    guard let index = runs.firstIndex(where: { $0.operation == operation }) else { return nil }
    runs[index].left -= 1
    return runs[index].fault
  }
}

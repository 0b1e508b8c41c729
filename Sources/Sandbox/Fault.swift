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

  /// The call that goes wrong.
  enum Operation: String, Sendable, Codable {
    case deduction
    case refund
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

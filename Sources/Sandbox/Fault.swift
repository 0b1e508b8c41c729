/// What goes wrong in one of the next deduction calls.
enum Fault: String, Sendable, Codable {
  /// 500, nothing taken.
  case errorBeforeTaking = "error_before_taking"
  /// Takes the money, answers 500.
  case errorAfterTaking = "error_after_taking"
  /// Takes the money, answers nothing until the client gives up.
  case timeoutAfterTaking = "timeout_after_taking"
  /// Takes the money, closes the connection without an answer.
  case dropConnection = "drop_connection"
  /// Takes the money, answers without a signature.
  case unsignedAnswer = "unsigned_answer"
  /// 429, nothing taken.
  case frequencyLimited = "frequency_limited"
}

/// The faults still to come, in the order they were asked for.
struct FaultPlan: Sendable {
  private var runs: [(fault: Fault, left: Int)] = []

  mutating func add(_ fault: Fault, count: Int) {
    runs.append((fault, count))
  }

  /// The fault of the next call; nil when it goes well.
  mutating func next() -> Fault? {
    runs.removeAll { $0.left <= 0 }
    guard let fault = runs.first?.fault else { return nil }
    runs[0].left -= 1
    return fault
  }
}

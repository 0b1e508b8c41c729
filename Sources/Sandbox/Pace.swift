/// How soon the platform does what it may do later. The real platform takes its time; a demo should not wait.
struct Pace: Sendable, Codable, Equatable {
  enum Refunds: String, Sendable, Codable {
    case atOnce = "at_once"
    /// Refunds stay PROCESSING until the control interface decides each.
    case held
  }

  enum Bills: String, Sendable, Codable {
    /// The bill of a day that still runs lists it as far as it has come.
    case atOnce = "at_once"
    /// Next day, 10:00 in China.
    case nextDay = "next_day"
  }

  var refunds: Refunds = .atOnce
  var bills: Bills = .atOnce
}

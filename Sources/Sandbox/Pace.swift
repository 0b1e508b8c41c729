/// How soon the platform does what it may do later, and how much it takes. The real platform takes its time; a demo should
/// not wait.
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
  /// What a user may spend in a day, in fen; 100 for a merchant who is under test.
  var dayLimit: Int64 = 500_00

  private enum CodingKeys: String, CodingKey {
    case refunds
    case bills
    case dayLimit = "day_limit_fen"
  }
}

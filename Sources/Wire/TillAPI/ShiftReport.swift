public import CanteenCore

/// What was sold in one shift (班结): one line for every combination of meal, mode, operator, payer, collection
/// and state, and the sums.
public struct ShiftReport: Sendable, Equatable, Codable {
  public let shift: Shift
  public let lines: [TallyLine]
  public let orders: Int
  /// Whole prices of the orders that stand.
  public let amount: Fen
  public let subsidy: Fen
  /// What the platform is asked for, for the orders that stand.
  public let toCollect: Fen
  public let refunded: Fen

  public init(shift: Shift, lines: [TallyLine]) {
    self.shift = shift
    self.lines = lines
    let standing = lines.filter(\.state.stands)
    orders = standing.reduce(0) { $0 + $1.orders }
    amount = standing.reduce(.zero) { $0 + $1.amount }
    subsidy = standing.reduce(.zero) { $0 + $1.subsidy }
    toCollect = standing.reduce(.zero) { $0 + $1.toCollect }
    refunded = lines.reduce(.zero) { $0 + $1.refunded }
  }

  private enum CodingKeys: String, CodingKey {
    case shift
    case lines
    case orders
    case amount = "amount_fen"
    case subsidy = "subsidy_fen"
    case toCollect = "to_collect_fen"
    case refunded = "refunded_fen"
  }
}

import CanteenCore
import OrderLedger

/// What was sold in one shift (班结): every combination of meal, mode, operator and state, and the sums.
struct ShiftReport: Sendable, Encodable {
  let shift: Shift
  let lines: [TallyLine]
  let orders: Int
  /// Whole prices of what stands.
  let amount: Fen
  let subsidy: Fen
  /// Of what stands, what the platform is asked for.
  let toCollect: Fen
  let refunded: Fen

  init(shift: Shift, lines: [TallyLine]) {
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

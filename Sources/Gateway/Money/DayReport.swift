package import CanteenCore
import GRDB

/// What one till sold on one day under one combination of meal, mode, operator and state.
package struct DayReportLine: Sendable, Codable {
  package let terminal: String
  package let period: String
  package let mode: String
  package let operatorID: String
  package let state: String
  package let orders: Int
  package let amount: Fen
  package let subsidy: Fen
  package let toCollect: Fen
  package let refunded: Fen

  private enum CodingKeys: String, CodingKey {
    case terminal = "terminal_id"
    case period
    case mode = "amount_mode"
    case operatorID = "operator"
    case state
    case orders
    case amount = "amount_fen"
    case subsidy = "subsidy_fen"
    case toCollect = "to_collect_fen"
    case refunded = "refunded_fen"
  }

  fileprivate init(row: Row) {
    terminal = row["terminal_id"]
    period = row["period"]
    mode = row["mode"]
    operatorID = row["operator"]
    state = row["state"]
    orders = row["orders"]
    amount = Fen(row["amount_fen"])
    subsidy = Fen(row["subsidy_fen"])
    toCollect = Fen(row["to_collect_fen"])
    refunded = Fen(row["refunded_fen"])
  }
}

extension GatewayStore {
  /// The day's sums, till by till; added up they are the school's.
  package func dayReport(of day: SchoolDay) async throws -> [DayReportLine] {
    try await database.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT terminal_id, period, mode, operator, state, count(*) AS orders,
            sum(amount_fen) AS amount_fen, sum(subsidy_fen) AS subsidy_fen,
            sum(to_collect_fen) AS to_collect_fen, sum(refunded_fen) AS refunded_fen
          FROM customer_order WHERE day = ?
          GROUP BY terminal_id, period, mode, operator, state
          ORDER BY terminal_id, period, mode, operator, state
          """, arguments: [day.description]
      ).map(DayReportLine.init)
    }
  }
}

public import CanteenCore
import GRDB
public import TillAPI

/// What the ledger adds up to.
public struct LedgerTotals: Sendable, Equatable {
  public let lines: [TallyLine]
  /// When the oldest of the orders was accepted that the gateway does not have yet; nil when it has all.
  public let oldestUnsent: Timestamp?

  public func orders(in states: OrderState...) -> Int {
    lines.reduce(0) { states.contains($1.state) ? $0 + $1.orders : $0 }
  }

  /// The whole prices, subsidy included.
  public func amount(in states: OrderState...) -> Fen {
    lines.reduce(.zero) { states.contains($1.state) ? $0 + $1.amount : $0 }
  }

  public func toCollect(in states: OrderState...) -> Fen {
    lines.reduce(.zero) { states.contains($1.state) ? $0 + $1.toCollect : $0 }
  }

  public var allOrders: Int { lines.reduce(0) { $0 + $1.orders } }
}

extension OrderLedger {
  /// Counts and sums over the whole ledger; the time this takes does not grow with it.
  public func totals() async throws(LedgerError) -> LedgerTotals {
    let oldest = try await unsentSum().oldest
    return LedgerTotals(lines: try await tallies(where: "TRUE", []), oldestUnsent: oldest)
  }

  public func tallies(ofShift number: Int64) async throws(LedgerError) -> [TallyLine] {
    try await tallies(where: "shift = ?", [number])
  }

  public func tallies(of day: SchoolDay) async throws(LedgerError) -> [TallyLine] {
    try await tallies(where: "day = ?", [day.description])
  }

  private func tallies(where condition: String, _ arguments: StatementArguments) async throws(LedgerError)
    -> [TallyLine]
  {
    try await storing {
      try await database.read { db in
        try Row.fetchAll(
          db.cachedStatement(sql: "SELECT * FROM tally WHERE orders > 0 AND \(condition)"),
          arguments: arguments
        ).map(TallyLine.init)
      }
    }
  }
}

extension TallyLine {
  fileprivate init(row: Row) throws {
    self.init(
      day: row["day"], shift: row["shift"], period: row["period"], mode: row["mode"],
      operatorID: row["operator"], payer: try row.word("payer"),
      collection: try row.word("collection"),
      state: try row.word("state"), orders: row["orders"], amount: Fen(row["amount_fen"]),
      subsidy: Fen(row["subsidy_fen"]),
      toCollect: Fen(row["to_collect_fen"]), refunded: Fen(row["refunded_fen"]))
  }
}

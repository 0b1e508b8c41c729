package import CanteenCore
import Foundation
import GatewayProtocol
import GRDB
package import PaymentPlatform

/// Reconciles one day: what the tills signed, what this gateway made of it, what the platform's bill says.
struct Reconciler: Sendable {
  let store: GatewayStore
  let platform: any PaymentPlatform
  let utcOffset: Int

  /// - Throws: ``BillUnavailable`` when the platform has no bill of the day yet.
  func reconcile(_ day: SchoolDay) async throws -> ReconciliationReport {
    let sides = try await store.sides(of: day, utcOffset: utcOffset)
    // A delayed order of the day may be paid days later: every bill in which it could stand is read.
    var lines: [BilledLine] = []
    var days = Set(sides.concludedOn)
    days.insert(day)
    for day in days.sorted() { lines += try await platform.bill(of: day) }
    let ours = Set(sides.kept.map(\.number.text))
    let ofTheDay = try await platform.bill(of: day)
    let foreign = Set(ofTheDay.map(\.outTradeNumber)).subtracting(ours)
    let known = try await store.knownNumbers(among: foreign)
    let billed =
      Reconciliation.Billed.sums(of: lines.filter { ours.contains($0.outTradeNumber) })
      + Reconciliation.Billed.sums(
        of: ofTheDay.filter { foreign.contains($0.outTradeNumber) && !known.contains($0.outTradeNumber) })
    return ReconciliationReport(
      day: day,
      reconciliation: Reconciliation(booked: sides.booked, kept: sides.kept, billed: billed),
      orders: sides.booked.count, unsent: try await store.unsentAtTills())
  }
}

extension Reconciliation.Billed {
  package static func sums(of lines: [BilledLine]) -> [Reconciliation.Billed] {
    Dictionary(grouping: lines, by: \.outTradeNumber).map { number, lines in
      Reconciliation.Billed(
        number: number, charged: lines.reduce(.zero) { $0 + $1.charged },
        refunded: lines.reduce(.zero) { $0 + $1.refunded }, charges: lines.count { $0.charged > .zero })
    }
    .sorted { $0.number < $1.number }
  }
}

/// What `canteenctl reconcile` prints.
struct ReconciliationReport: Encodable, Sendable {
  struct Unsent: Encodable, Sendable {
    let terminal: String
    let orders: Int
    let amount: Fen

    private enum CodingKeys: String, CodingKey {
      case terminal = "terminal_id"
      case orders
      case amount = "amount_fen"
    }
  }

  let day: SchoolDay
  let orders: Int
  let booked: Fen
  let collected: Fen
  let unexplained: Fen
  let differences: [Reconciliation.Difference]
  /// What tills said they could not send yet when they last renewed their lease.
  let unsent: [Unsent]

  init(day: SchoolDay, reconciliation: Reconciliation, orders: Int, unsent: [Unsent]) {
    self.day = day
    self.orders = orders
    booked = reconciliation.booked
    collected = reconciliation.collected
    unexplained = reconciliation.unexplained
    differences = reconciliation.differences
    self.unsent = unsent
  }

  private enum CodingKeys: String, CodingKey {
    case day
    case orders
    case booked = "booked_fen"
    case collected = "collected_fen"
    case unexplained = "unexplained_fen"
    case differences
    case unsent = "unsent_at_tills"
  }
}

extension GatewayStore {
  /// Both of our sides of the orders of a day: the entries as tills signed them, and the gateway's table.
  package func sides(of day: SchoolDay, utcOffset: Int) async throws -> (
    booked: [Reconciliation.Booked], kept: [Reconciliation.Kept], concludedOn: [SchoolDay]
  ) {
    try await database.read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT o.*, e.payload, (SELECT coalesce(sum(r.amount_fen), 0) FROM refund r
            WHERE r.out_trade_no = o.out_trade_no AND r.state = 'requested') AS refunding_fen
          FROM customer_order o
          JOIN ledger_entry e ON e.terminal_id = o.terminal_id AND e.sequence = o.sequence
          WHERE o.day = ? ORDER BY o.out_trade_no
          """, arguments: [day.description])
      var (booked, kept): ([Reconciliation.Booked], [Reconciliation.Kept]) = ([], [])
      var days: [SchoolDay] = []
      for row in rows {
        let payload = try CanonicalJSON.decode(LedgerPayload.self, from: row["payload"])
        guard let order = payload.orderToSettle else { continue }
        let state = OrderState(rawValue: row["state"]) ?? .failed
        booked.append(.init(number: order.outTradeNumber, toCollect: order.toCollect))
        kept.append(
          .init(
            number: order.outTradeNumber, toCollect: Fen(row["to_collect_fen"]), state: state,
            refunded: Fen(row["refunded_fen"]), refunding: Fen(row["refunding_fen"])))
        if let concluded = row["concluded_at"] as Int64? {
          days.append(
            SchoolTime(Timestamp(millisecondsSince1970: concluded), utcOffset: utcOffset).day)
        }
      }
      return (booked, kept, days)
    }
  }

  func knownNumbers(among numbers: Set<String>) async throws -> Set<String> {
    try await database.read { db in
      try Set(
        numbers.filter { number in
          try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM customer_order WHERE out_trade_no = ?)",
            arguments: [number])
            ?? false
        })
    }
  }

  func unsentAtTills() async throws -> [ReconciliationReport.Unsent] {
    try await database.read { db in
      try Row.fetchAll(db, sql: "SELECT terminal_id, head FROM terminal WHERE head IS NOT NULL").compactMap {
        row in
        let head = try CanonicalJSON.decode(LedgerHead.self, from: row["head"])
        guard head.unsentOrders > 0 else { return nil }
        return .init(terminal: row["terminal_id"], orders: head.unsentOrders, amount: head.unsentAmount)
      }
    }
  }
}

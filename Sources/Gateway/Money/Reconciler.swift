package import CanteenCore
import GatewayProtocol
import GatewayStore
package import PaymentPlatform

/// Reconciles one day: what the tills signed, what this gateway made of it, what the platform's bill says.
struct Reconciler: Sendable {
  let store: any ReportStore
  let platforms: SchoolPlatforms
  let utcOffset: Int

  /// - Throws: ``BillUnavailable`` when the platform has no bill of the day yet.
  func reconcile(_ day: SchoolDay) async throws -> ReconciliationReport {
    let book = try await store.book(of: day)
    let (booked, kept) = (book.booked, book.kept)
    // A delayed order of the day may be paid days later, so every bill that may list it is read.
    var lines: [BilledLine] = []
    var days = Set(
      book.orders.compactMap(\.settlement.concludedAt).map { SchoolTime($0, utcOffset: utcOffset).day })
    days.insert(day)
    for day in days.sorted() { lines += try await bills(of: day) }
    let ours = Set(kept.map(\.number.text))
    let ofTheDay = try await bills(of: day)
    let foreign = Set(ofTheDay.map(\.outTradeNumber)).subtracting(ours)
    let known = try await store.knownNumbers(among: foreign)
    let billed =
      Reconciliation.Billed.sums(of: lines.filter { ours.contains($0.outTradeNumber) })
      + Reconciliation.Billed.sums(
        of: ofTheDay.filter { foreign.contains($0.outTradeNumber) && !known.contains($0.outTradeNumber) })
    return ReconciliationReport(
      day: day,
      reconciliation: Reconciliation(booked: booked, kept: kept, billed: billed),
      orders: booked.count, unsent: Self.unsent(try await store.ledgerHeads()))
  }

  /// The bills of all platforms.
  private func bills(of day: SchoolDay) async throws -> [BilledLine] {
    var lines: [BilledLine] = []
    for platform in platforms.all { lines += try await platform.bill(of: day) }
    return lines
  }

  private static func unsent(_ heads: [TerminalID: LedgerHead]) -> [ReconciliationReport.Unsent] {
    heads.filter { $0.value.unsentOrders > 0 }.sorted { $0.key.text < $1.key.text }
      .map { .init(terminal: $0.text, orders: $1.unsentOrders, amount: $1.unsentAmount) }
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

extension BookView {
  /// The orders as tills signed them.
  var booked: [Reconciliation.Booked] {
    orders.map { .init(number: $0.number, toCollect: $0.order.toCollect) }
  }

  /// The same as the gateway keeps them.
  var kept: [Reconciliation.Kept] {
    let waiting = refunds.filter { $0.state == .requested }
    let refunding = Dictionary(grouping: waiting, by: \.refund.outTradeNumber)
      .mapValues { $0.reduce(Fen.zero) { $0 + $1.refund.amount } }
    return orders.map { order in
      .init(
        number: order.number, toCollect: order.toCollect, state: order.state, refunded: order.refunded,
        refunding: refunding[order.number] ?? .zero)
    }
  }
}

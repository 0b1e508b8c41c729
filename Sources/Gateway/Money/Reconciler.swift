package import CanteenCore
import GatewayProtocol
import GatewayStore
package import PaymentPlatform

/// Reconciles one day: what the tills signed, what this gateway made of it, what the platform's bill says.
struct Reconciler: Sendable {
  let store: any ReportStore
  let platforms: SchoolPlatforms
  let utcOffset: Int
  let wallClock: any WallClock
  /// Why nothing moves at a platform, in its words.
  let stoppedLanes: @Sendable () -> [PlatformID: String]

  /// - Throws: ``BillUnavailable`` when the platform has no bill of the day itself yet.
  func reconcile(_ day: SchoolDay) async throws -> ReconciliationReport {
    let book = try await store.book(of: day)
    let shelf = try await bills(of: [day] + book.moneyDays(utcOffset: utcOffset), needed: day)
    let (booked, kept) = (book.booked, book.kept(withoutBillsOf: shelf.missing, utcOffset: utcOffset))
    let ours = Set(kept.map(\.number.text))
    let ofTheDay = shelf.lines[day] ?? []
    let foreign = Set(ofTheDay.map(\.outTradeNumber)).subtracting(ours)
    let known = try await store.knownNumbers(among: foreign)
    let billed =
      Reconciliation.Billed.sums(
        of: shelf.lines.values.flatMap(\.self).filter { ours.contains($0.outTradeNumber) })
      + Reconciliation.Billed.sums(
        of: ofTheDay.filter { foreign.contains($0.outTradeNumber) && !known.contains($0.outTradeNumber) })
    let unbilled = book.numbersThatMayStand(inBillsOf: shelf.missing, utcOffset: utcOffset)
    let now = wallClock.now()
    return ReconciliationReport(
      day: day,
      reconciliation: Reconciliation(
        booked: booked, kept: kept, billed: billed, billedOutside: { unbilled.contains($0) }),
      orders: booked.count, unsent: Self.unsent(try await store.ledgerHeads()),
      attention: shelf.flaws.map { .init(.billLine, text: $0) }
        + (try await store.stuckWork(at: now)).map(ReconciliationReport.Attention.init)
        + (try await store.strayCounts()).sorted { $0.key.text < $1.key.text }.map { till, count in
          .init(.carriedTooLate, text: "\(count) entries of \(till)")
        }
        + stoppedLanes().sorted { $0.key.text < $1.key.text }.map { platform, reason in
          .init(.merchantRefused, text: "\(platform): \(reason)")
        })
  }

  /// Bills by their day, of all platforms together.
  private struct Shelf {
    var lines: [SchoolDay: [BilledLine]] = [:]
    var missing: Set<SchoolDay> = []
    var flaws: [String] = []
  }

  private func bills(of days: [SchoolDay], needed: SchoolDay) async throws -> Shelf {
    var shelf = Shelf()
    for day in Set(days).sorted() {
      do {
        var lines: [BilledLine] = []
        for platform in platforms.all {
          let bill = try await platform.bill(of: day)
          lines += bill.lines
          shelf.flaws += bill.flaws.map { "\(platform.id), \(day): \($0)" }
        }
        shelf.lines[day] = lines
      } catch let unavailable as BillUnavailable {
        // What was paid today stands in a bill of tomorrow; that must not hide a day that is over.
        guard day != needed else { throw unavailable }
        shelf.missing.insert(day)
      }
    }
    return shelf
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

  /// Something that does not put itself right.
  struct Attention: Encodable, Sendable, Equatable {
    enum Kind: String, Encodable, Sendable {
      /// An order or refund that should long have been decided.
      case overdue
      /// Money of a refund lies at the platform until somebody chooses another way for it there.
      case refundAbnormal = "refund_abnormal"
      /// The platform refuses the merchant, and nothing is collected.
      case merchantRefused = "merchant_refused"
      /// Part of a bill could not be read.
      case billLine = "bill_line"
      /// Entries that somebody carried here stand beside their till's ledger until it is recovered.
      case carriedTooLate = "carried_too_late"
    }

    let kind: Kind
    /// Of the order.
    let number: String?
    let amount: Fen?
    let text: String

    private enum CodingKeys: String, CodingKey {
      case kind
      case number = "out_trade_no"
      case amount = "amount_fen"
      case text
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
  /// Of all days.
  let attention: [Attention]

  init(
    day: SchoolDay, reconciliation: Reconciliation, orders: Int, unsent: [Unsent], attention: [Attention]
  ) {
    self.day = day
    self.orders = orders
    booked = reconciliation.booked
    collected = reconciliation.collected
    unexplained = reconciliation.unexplained
    differences = reconciliation.differences
    self.unsent = unsent
    self.attention = attention
  }

  private enum CodingKeys: String, CodingKey {
    case day
    case orders
    case booked = "booked_fen"
    case collected = "collected_fen"
    case unexplained = "unexplained_fen"
    case differences
    case unsent = "unsent_at_tills"
    case attention
  }
}

extension BookView {
  /// The orders as tills signed them.
  var booked: [Reconciliation.Booked] {
    orders.map { .init(number: $0.number, toCollect: $0.order.toCollect) }
  }

  /// The same as the gateway keeps them.
  ///
  /// - Parameter days: for which there is no bill yet.
  func kept(withoutBillsOf days: Set<SchoolDay>, utcOffset: Int) -> [Reconciliation.Kept] {
    let byOrder = Dictionary(grouping: refunds, by: \.refund.outTradeNumber)
    return orders.map { order in
      let refunds = byOrder[order.number] ?? []
      return .init(
        number: order.number, toCollect: order.toCollect, state: order.state, refunded: order.refunded,
        refunding: refunds.filter { !$0.state.isFinal }.total,
        refundedUnbilled: refunds.filter {
          $0.state == .refunded && !days.isDisjoint(with: $0.moneyDays(utcOffset: utcOffset))
        }.total)
    }
  }

  /// Every day in whose bill money of these orders may stand: from the sale to the platform's word, and the same for each
  /// refund. A charge that was learnt later stands in the bill of the day it was made.
  func moneyDays(utcOffset: Int) -> [SchoolDay] {
    orders.flatMap { $0.moneyDays(utcOffset: utcOffset) }
      + refunds.flatMap { $0.moneyDays(utcOffset: utcOffset) }
  }

  func numbersThatMayStand(inBillsOf days: Set<SchoolDay>, utcOffset: Int) -> Set<OutTradeNumber> {
    Set(orders.filter { !days.isDisjoint(with: $0.moneyDays(utcOffset: utcOffset)) }.map(\.number))
  }
}

extension OrderRecord {
  func moneyDays(utcOffset: Int) -> [SchoolDay] {
    guard let concludedAt = settlement.concludedAt, state.isCharged || state == .refunded else { return [] }
    return SchoolDay.all(from: order.acceptedAt, to: concludedAt, utcOffset: utcOffset)
  }
}

extension RefundRecord {
  func moneyDays(utcOffset: Int) -> [SchoolDay] {
    guard state == .refunded else { return [] }
    return SchoolDay.all(
      from: requestedAt, to: settlement.concludedAt ?? requestedAt, utcOffset: utcOffset)
  }
}

extension SchoolDay {
  /// A bill of more days than a month ago is of no use to anybody's question.
  private static let mostDays = 31

  fileprivate static func all(from start: Timestamp, to end: Timestamp, utcOffset: Int) -> [SchoolDay] {
    let last = SchoolTime(end, utcOffset: utcOffset).day
    var days = [last]
    var time = end
    while days.count < mostDays, time > start {
      time = time.advanced(by: .seconds(-86_400))
      days.append(SchoolTime(max(time, start), utcOffset: utcOffset).day)
    }
    return days
  }
}

extension [RefundRecord] {
  fileprivate var total: Fen { reduce(.zero) { $0 + $1.refund.amount } }
}

extension ReconciliationReport.Attention {
  fileprivate init(_ kind: Kind, text: String) {
    self.init(kind: kind, number: nil, amount: nil, text: text)
  }

  fileprivate init(_ work: StuckWork) {
    self.init(
      kind: work.isAbnormal ? .refundAbnormal : .overdue, number: work.order.text, amount: work.amount,
      text: work.refund.map { "refund \($0)" } ?? "order")
  }
}

import CanteenCore
import GatewayProtocol
import GatewayStore

/// Some orders with their refunds, and what is decided about them.
///
/// Pure: every step changes this value only, and ``decision`` says what is to be written. A step that the
/// present state does not allow changes nothing. See docs/orders.md for the states.
struct OrderBook: Sendable {
  private var orders: [OutTradeNumber: OrderRecord]
  private var refunds: [OutRefundNumber: RefundRecord]
  private var changedOrders: [OutTradeNumber] = []
  private var changedRefunds: [OutRefundNumber] = []
  private(set) var events: [AddressedEvent] = []
  /// Users of whose orders one was voided; what kept them from paying may be gone with it.
  var undone: Set<OutUserID> = []

  init(_ view: BookView) {
    orders = Dictionary(uniqueKeysWithValues: view.orders.map { ($0.number, $0) })
    refunds = Dictionary(uniqueKeysWithValues: view.refunds.map { ($0.number, $0) })
  }

  /// What has to be written, the oldest change first.
  var decision: OrderDecision {
    OrderDecision(
      orders: changedOrders.compactMap { orders[$0] }, refunds: changedRefunds.compactMap { refunds[$0] },
      events: events)
  }

  func order(_ number: OutTradeNumber) -> OrderRecord? { orders[number] }
  func refund(_ number: OutRefundNumber) -> RefundRecord? { refunds[number] }

  func refunds(of number: OutTradeNumber) -> [RefundRecord] {
    refunds.values.filter { $0.refund.outTradeNumber == number }
  }

  mutating func write(_ record: OrderRecord) {
    if !changedOrders.contains(record.number) { changedOrders.append(record.number) }
    orders[record.number] = record
  }

  /// Its order counts as changed too: of two callers who ask for a refund at once, one must then decide
  /// again.
  mutating func write(_ record: RefundRecord) {
    if !changedRefunds.contains(record.number) { changedRefunds.append(record.number) }
    refunds[record.number] = record
    if let order = orders[record.refund.outTradeNumber] { write(order) }
  }

  mutating func tell(_ event: TerminalEvent, to till: TerminalID) {
    events.append(AddressedEvent(.told(event), to: .till(till)))
  }

  /// Tells all tills but one that the order's user has another sum for that day. Once is enough.
  mutating func tellSpending(of record: OrderRecord, toTillsBut till: TerminalID) {
    guard let user = record.order.user?.outUserID, let day = record.day else { return }
    let event = AddressedEvent(.spending(of: user, on: day), to: .otherTills(than: till))
    if !events.contains(event) { events.append(event) }
  }
}

import CanteenCore
package import Foundation
package import GatewayProtocol

/// Everything that is needed to decide about entries that arrived, as it stood at one moment.
package struct IntakeView: Sendable {
  package let end: LedgerPoint
  /// Hashes of the stored entries among those asked for, by sequence.
  package let hashes: [Int64: Data]
  package let book: BookView
}

/// What is held of one till's ledger, as it stood at one moment.
package struct HeldEntries: Sendable, Equatable {
  /// The last entry.
  package let end: LedgerPoint
  /// The entry that was asked about, or the last one where that is earlier.
  package let point: LedgerPoint

  package init(end: LedgerPoint, point: LedgerPoint) {
    self.end = end
    self.point = point
  }
}

/// Some orders with all their refunds, as they stood at one moment.
package struct BookView: Sendable {
  package let orders: [OrderRecord]
  /// Those of the orders, and those that were asked for by number.
  package let refunds: [RefundRecord]

  package init(orders: [OrderRecord] = [], refunds: [RefundRecord] = []) {
    self.orders = orders
    self.refunds = refunds
  }
}

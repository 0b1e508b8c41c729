import CanteenCore
package import Foundation
import GatewayProtocol

/// The end of a till's ledger, as far as the gateway has it.
package struct ChainEnd: Sendable, Hashable {
  /// 0 when there is no entry yet.
  package let sequence: Int64
  package let hash: Data

  package static let none = ChainEnd(sequence: 0, hash: LedgerEntry.firstPreviousHash)

  package init(sequence: Int64, hash: Data) {
    self.sequence = sequence
    self.hash = hash
  }
}

/// Everything that is needed to decide about entries that arrived, as it stood at one moment.
package struct IntakeView: Sendable {
  package let end: ChainEnd
  /// Hashes of the stored entries among those asked for, by sequence.
  package let hashes: [Int64: Data]
  package let book: BookView
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

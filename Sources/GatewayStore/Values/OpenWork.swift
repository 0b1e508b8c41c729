package import CanteenCore

/// What is to be called for, by number.
package struct OpenWork: Sendable, Equatable {
  package let orders: [OutTradeNumber]
  /// Each with its order.
  package let refunds: [OutRefundNumber: OutTradeNumber]

  package init(orders: [OutTradeNumber], refunds: [OutRefundNumber: OutTradeNumber]) {
    self.orders = orders
    self.refunds = refunds
  }

  package var isEmpty: Bool { orders.isEmpty && refunds.isEmpty }
}

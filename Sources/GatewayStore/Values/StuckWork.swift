package import CanteenCore

/// An order or refund that should long have been decided, or that only people can set right.
package struct StuckWork: Sendable, Equatable {
  /// What came to the gateway this long ago, and should be decided.
  package static let patience: Duration = .seconds(3_600)
  /// A refund to a bank card takes longer.
  package static let patienceWithRefunds: Duration = .seconds(3 * 86_400)
  /// What is due this long has been forgotten.
  package static let patienceWithDueTime: Duration = .seconds(600)

  package let order: OutTradeNumber
  /// nil for the order itself.
  package let refund: OutRefundNumber?
  package let amount: Fen
  /// The money of a refund lies at the platform until somebody chooses another way for it there.
  package let isAbnormal: Bool

  package init(order: OutTradeNumber, refund: OutRefundNumber?, amount: Fen, isAbnormal: Bool) {
    self.order = order
    self.refund = refund
    self.amount = amount
    self.isAbnormal = isAbnormal
  }
}

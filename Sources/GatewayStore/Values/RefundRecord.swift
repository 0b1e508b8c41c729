package import CanteenCore
package import Foundation

/// A refund as the gateway keeps it.
package struct RefundRecord: Sendable, Equatable {
  package let refund: Refund
  /// The till that asked for it, or whose order it undoes.
  package let terminal: TerminalID
  /// The platform of its order.
  package let platform: PlatformID
  package let requestedAt: Timestamp

  package var settlement: RefundSettlement
  /// The bytes that ask the platform for it, from before they are first sent on.
  package var request: Data?
  /// How often the record was written; 0 for one that was not yet.
  package let version: Int64

  package var number: OutRefundNumber { refund.outRefundNumber }
  package var state: RefundState { settlement.state }

  /// A record that is not in the store yet, due at once.
  ///
  /// - Parameter mayHaveBeenSent: a gateway that has forgotten it may have sent it.
  package init(
    _ refund: Refund, terminal: TerminalID, platform: PlatformID, requestedAt: Timestamp,
    mayHaveBeenSent: Bool = false
  ) {
    self.init(
      refund: refund, terminal: terminal, platform: platform, requestedAt: requestedAt,
      settlement: RefundSettlement(at: requestedAt, mayHaveBeenSent: mayHaveBeenSent), request: nil,
      version: 0)
  }

  init(
    refund: Refund, terminal: TerminalID, platform: PlatformID, requestedAt: Timestamp,
    settlement: RefundSettlement, request: Data?, version: Int64
  ) {
    self.refund = refund
    self.terminal = terminal
    self.platform = platform
    self.requestedAt = requestedAt
    self.settlement = settlement
    self.request = request
    self.version = version
  }
}

package import CanteenCore

/// A refund as the gateway keeps it.
package struct RefundRecord: Sendable, Equatable {
  package let refund: Refund
  /// The till that asked for it, or whose order it undoes.
  package let terminal: TerminalID
  /// That of its order.
  package let platform: PlatformID
  package let requestedAt: Timestamp

  package var state: RefundState
  /// The platform's number of it.
  package var refundID: String?
  package var failure: String?
  /// The platform may have given it back already; it must be asked before anything is sent again.
  package var outcomeIsUnknown: Bool
  /// How often it was sent.
  package var attempts: Int
  package var patience: Patience
  /// nil when nothing is due.
  package var dueAt: Timestamp?
  /// How often the record was written; 0 for one that was not yet.
  package let version: Int64

  package var number: OutRefundNumber { refund.outRefundNumber }

  /// A record that is not in the store yet, due at once.
  package init(_ refund: Refund, terminal: TerminalID, platform: PlatformID, requestedAt: Timestamp) {
    self.init(
      refund: refund, terminal: terminal, platform: platform, requestedAt: requestedAt, state: .requested,
      refundID: nil, failure: nil, outcomeIsUnknown: false, attempts: 0, patience: .fresh,
      dueAt: requestedAt, version: 0)
  }

  init(
    refund: Refund, terminal: TerminalID, platform: PlatformID, requestedAt: Timestamp, state: RefundState,
    refundID: String?, failure: String?, outcomeIsUnknown: Bool, attempts: Int, patience: Patience,
    dueAt: Timestamp?, version: Int64
  ) {
    self.refund = refund
    self.terminal = terminal
    self.platform = platform
    self.requestedAt = requestedAt
    self.state = state
    self.refundID = refundID
    self.failure = failure
    self.outcomeIsUnknown = outcomeIsUnknown
    self.attempts = attempts
    self.patience = patience
    self.dueAt = dueAt
    self.version = version
  }
}

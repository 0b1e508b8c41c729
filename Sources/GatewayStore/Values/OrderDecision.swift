package import CanteenCore
package import Crypto
package import GatewayProtocol

/// What was decided about orders: written whole or not at all, and only while everything is as it was read.
package struct OrderDecision: Sendable {
  /// Entries to store behind the end of their till's chain as it was read.
  package var entries: NewEntries?
  /// Each replaces the stored record of the version that it carries; one with version 0 must not be stored
  /// yet.
  package var orders: [OrderRecord]
  package var refunds: [RefundRecord]
  package var events: [AddressedEvent]
  package var alarm: RaisedAlarm?

  package init(
    entries: NewEntries? = nil, orders: [OrderRecord] = [], refunds: [RefundRecord] = [],
    events: [AddressedEvent] = [], alarm: RaisedAlarm? = nil
  ) {
    self.entries = entries
    self.orders = orders
    self.refunds = refunds
    self.events = events
    self.alarm = alarm
  }

  package var isEmpty: Bool {
    entries == nil && orders.isEmpty && refunds.isEmpty && events.isEmpty && alarm == nil
  }
}

/// Entries of one till that follow the end of its chain.
package struct NewEntries: Sendable {
  package let terminal: TerminalID
  /// The key by which they were judged; nil where nobody judged them.
  package let writer: P256.Signing.PublicKey?
  /// Where the chain ended when it was read.
  package let after: LedgerPoint
  package let entries: [LedgerEntry]
  package let receivedAt: Timestamp

  package init(
    terminal: TerminalID, writer: P256.Signing.PublicKey? = nil, after: LedgerPoint, entries: [LedgerEntry],
    receivedAt: Timestamp
  ) {
    self.terminal = terminal
    self.writer = writer
    self.after = after
    self.entries = entries
    self.receivedAt = receivedAt
  }
}

/// An alarm over one till.
package struct RaisedAlarm: Sendable, Equatable {
  package let alarm: TerminalAlarm
  package let terminal: TerminalID

  package init(_ alarm: TerminalAlarm, over terminal: TerminalID) {
    self.alarm = alarm
    self.terminal = terminal
  }
}

package import CanteenCore
package import Foundation

/// An order as the gateway keeps it: what the till signed, and what became of it.
package struct OrderRecord: Sendable, Equatable {
  /// As it stands in the till's ledger.
  package let order: Order
  package let terminal: TerminalID
  /// The entry that booked it.
  package let sequence: Int64
  /// The platform that is asked for the money.
  package let platform: PlatformID
  package let toCollect: Fen
  /// nil only when neither the till nor an earlier version of the gateway knew it.
  package let day: SchoolDay?

  /// Where the till stood in the network when it sent the order; nil when somebody carried it here.
  package let tillAddress: String?
  /// A gateway may have held it before, and moved its money, and forgotten it.
  package var mayBeForgotten: Bool

  package var settlement: Settlement
  /// The bytes that ask the platform for the money, from before they are first sent on.
  package var request: Data?
  /// What the platform gave back.
  package var refunded: Fen
  /// How often the record was written; 0 for one that is not stored yet.
  package let version: Int64

  package var number: OutTradeNumber { order.outTradeNumber }
  package var state: OrderState { settlement.state }

  /// A record that is not in the store yet.
  package init(
    order: Order, terminal: TerminalID, sequence: Int64, platform: PlatformID, tillAddress: String? = nil,
    mayBeForgotten: Bool = false, settlement: Settlement
  ) {
    self.init(
      order: order, terminal: terminal, sequence: sequence, platform: platform, toCollect: order.toCollect,
      day: order.day, tillAddress: tillAddress, mayBeForgotten: mayBeForgotten, settlement: settlement,
      request: nil, refunded: .zero, version: 0)
  }

  init(
    order: Order, terminal: TerminalID, sequence: Int64, platform: PlatformID, toCollect: Fen,
    day: SchoolDay?, tillAddress: String?, mayBeForgotten: Bool, settlement: Settlement, request: Data?,
    refunded: Fen, version: Int64
  ) {
    self.order = order
    self.terminal = terminal
    self.sequence = sequence
    self.platform = platform
    self.toCollect = toCollect
    self.day = day
    self.tillAddress = tillAddress
    self.mayBeForgotten = mayBeForgotten
    self.settlement = settlement
    self.request = request
    self.refunded = refunded
    self.version = version
  }
}

package import CanteenCore
package import GatewayProtocol

/// Something that happened, and the tills that have to hear of it.
package struct AddressedEvent: Sendable, Hashable {
  package enum Addressee: Sendable, Hashable {
    case till(TerminalID)
    /// Every till that is paired when the event is written, except one.
    case otherTills(than: TerminalID)
    case everyTill
  }

  package enum Content: Sendable, Hashable {
    case told(TerminalEvent)
    /// What a user bought on a day changed. The sum is made when a till reads the event, so that of two
    /// concurrent writers neither tells a sum without the other's order.
    case spending(of: OutUserID, on: SchoolDay)
  }

  package let addressee: Addressee
  package let content: Content

  package init(_ content: Content, to addressee: Addressee) {
    self.addressee = addressee
    self.content = content
  }
}

/// One event as a till reads it.
package struct StoredEvent: Sendable, Equatable {
  package enum Content: Sendable, Equatable {
    case told(TerminalEvent)
    /// All of the user's orders of that day at any till, as they stand now.
    case spending(of: OutUserID, on: SchoolDay, orders: [OrderOfDay])
  }

  package let cursor: Int64
  package let content: Content
}

/// One order of a user's day, from which the sum is made.
package struct OrderOfDay: Sendable, Hashable {
  package let terminal: TerminalID
  package let period: MealPeriodID?
  package let toCollect: Fen
  package let state: OrderState

  package init(terminal: TerminalID, period: MealPeriodID?, toCollect: Fen, state: OrderState) {
    self.terminal = terminal
    self.period = period
    self.toCollect = toCollect
    self.state = state
  }
}

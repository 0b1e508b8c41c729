public import CanteenCore

/// What the people at the till were shown, and what each of the three ledgers says about the same sales.
public struct LedgerSnapshot: Sendable, Equatable {
  /// Each order that a staff page showed as accepted.
  public var shown: [ShownOrder]
  public var keyed: [KeyedAmount]
  /// The ledgers of all tills.
  public var tills: [ListedOrder]
  public var gateway: [ListedOrder]
  public var platform: [PlatformCharge]

  public init(
    shown: [ShownOrder] = [], keyed: [KeyedAmount] = [], tills: [ListedOrder] = [],
    gateway: [ListedOrder] = [],
    platform: [PlatformCharge] = []
  ) {
    self.shown = shown
    self.keyed = keyed
    self.tills = tills
    self.gateway = gateway
    self.platform = platform
  }

  public struct ShownOrder: Sendable, Hashable {
    public let number: String
    public let amount: Fen

    public init(number: String, amount: Fen) {
      self.number = number
      self.amount = amount
    }
  }

  /// How often one amount was keyed on all tills. One key makes at most one order.
  public struct KeyedAmount: Sendable, Hashable {
    public let amount: Fen
    public let times: Int
    /// How many of these keys were answered with "it is booked"; a key whose answer was lost may be booked too.
    public let confirmed: Int

    public init(amount: Fen, times: Int, confirmed: Int) {
      self.amount = amount
      self.times = times
      self.confirmed = confirmed
    }
  }

  /// An order as a till or the gateway lists it.
  public struct ListedOrder: Sendable, Hashable {
    public let number: String
    public let amount: Fen
    public let state: OrderState

    public init(number: String, amount: Fen, state: OrderState) {
      self.number = number
      self.amount = amount
      self.state = state
    }
  }

  /// An order as the platform lists it; `charges` counts how often money moved.
  public struct PlatformCharge: Sendable, Hashable {
    public let number: String
    public let amount: Fen
    public let charges: Int

    public init(number: String, amount: Fen, charges: Int) {
      self.number = number
      self.amount = amount
      self.charges = charges
    }
  }
}

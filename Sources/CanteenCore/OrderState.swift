/// Where an order stands. The table of allowed steps is ``canBecome(_:)``.
public enum OrderState: String, Sendable, Hashable, Codable, CaseIterable {
  /// Durable on the till, not yet at the gateway.
  case accepted
  /// At the gateway, waiting for the platform.
  case uploaded
  /// The platform took the money.
  case paid
  /// The platform advanced the money (垫资); the guardian repays later.
  case advanced
  /// Not taken yet; the gateway tries again (订单延迟扣款).
  case delayed
  /// The platform's risk control refused it (风控).
  case riskRejected = "risk_rejected"
  /// Refused for good; the money was not taken.
  case failed
  /// Paid beside the till; nothing to deduct.
  case takenByStaff = "taken_by_staff"

  /// True when nothing more will happen by itself.
  public var isFinal: Bool {
    switch self {
    case .accepted, .uploaded, .delayed: false
    case .paid, .advanced, .riskRejected, .failed, .takenByStaff: true
    }
  }

  public func canBecome(_ next: OrderState) -> Bool {
    switch (self, next) {
    case (.accepted, .uploaded), (.accepted, .takenByStaff): true
    case (.accepted, _): false
    case (.uploaded, .paid), (.uploaded, .advanced), (.uploaded, .delayed), (.uploaded, .riskRejected),
      (.uploaded, .failed), (.uploaded, .takenByStaff):
      true
    case (.delayed, .paid), (.delayed, .advanced), (.delayed, .riskRejected), (.delayed, .failed): true
    default: false
    }
  }
}

/// What the platform did about an order, as the gateway tells the till.
public struct OrderResult: Sendable, Hashable, Codable {
  public let outTradeNumber: OutTradeNumber
  public let state: OrderState
  /// The platform's number of the deduction, when there is one.
  public let transactionID: String?
  /// The platform's reason in its own words, when it refused.
  public let reason: String?
  public let at: Timestamp

  public init(
    outTradeNumber: OutTradeNumber, state: OrderState, transactionID: String?, reason: String?, at: Timestamp
  ) {
    self.outTradeNumber = outTradeNumber
    self.state = state
    self.transactionID = transactionID
    self.reason = reason
    self.at = at
  }

  private enum CodingKeys: String, CodingKey {
    case outTradeNumber = "out_trade_no"
    case state
    case transactionID = "transaction_id"
    case reason
    case at
  }
}

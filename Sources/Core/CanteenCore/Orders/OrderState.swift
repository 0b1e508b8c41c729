/// Where an order stands. ``canBecome(_:)`` defines the allowed steps; docs/orders.md shows them as a table.
public enum OrderState: String, Sendable, Hashable, Codable, CaseIterable {
  /// Durable on the till; no upload was tried yet.
  case accepted
  /// In a batch whose answer has not come: the gateway may or may not have it.
  case queued
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
  /// Covered by the subsidy, or only counted; nothing to deduct.
  case nothingToCollect = "nothing_to_collect"
  /// Undone before the money was taken (撤销).
  case voided
  /// The money was taken and has gone back whole (退款).
  case refunded

  /// True when nothing more will happen by itself.
  public var isFinal: Bool {
    switch self {
    case .accepted, .queued, .uploaded, .delayed: false
    case .paid, .advanced, .riskRejected, .failed, .takenByStaff, .nothingToCollect, .voided, .refunded: true
    }
  }

  /// Whether the platform holds money for the order.
  public var isCharged: Bool {
    switch self {
    case .paid, .advanced: true
    default: false
    }
  }

  /// Whether the order counts as a sale: its money was taken, may still be taken, or need not be. Only such
  /// orders count towards their user's meals and sum of the day, at the till that sold them and at all
  /// others.
  public var stands: Bool {
    switch self {
    case .riskRejected, .failed, .voided, .refunded: false
    default: true
    }
  }

  /// Whether staff can undo the order without a refund, as far as the till knows.
  public var canBeVoided: Bool { stands && canBecome(.voided) }

  public func canBecome(_ next: OrderState) -> Bool {
    switch (self, next) {
    case (.accepted, .queued), (.accepted, .uploaded), (.queued, .uploaded): true
    // Results and upload answers reach the till separately, so a result may come first.
    case (.accepted, let after), (.queued, let after): OrderState.uploaded.canBecome(after)
    case (.uploaded, .paid), (.uploaded, .advanced), (.uploaded, .delayed), (.uploaded, .riskRejected),
      (.uploaded, .failed), (.uploaded, .takenByStaff), (.uploaded, .nothingToCollect), (.uploaded, .voided):
      true
    case (.delayed, .paid), (.delayed, .advanced), (.delayed, .riskRejected), (.delayed, .failed),
      (.delayed, .voided):
      true
    case (.takenByStaff, .voided), (.nothingToCollect, .voided): true
    // The till voided the order while the refusal was on its way: both sides must end in the same state.
    case (.failed, .voided), (.riskRejected, .voided): true
    // A void that came too late: the money had been taken and is given back.
    case (.voided, .refunded), (.paid, .refunded), (.advanced, .refunded): true
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

  /// With texts as long as a ledger keeps them.
  public var bounded: OrderResult {
    OrderResult(
      outTradeNumber: outTradeNumber, state: state,
      transactionID: transactionID?.cut(toBytes: TextBounds.platformNumber),
      reason: reason?.cut(toBytes: TextBounds.reason), at: at)
  }

  private enum CodingKeys: String, CodingKey {
    case outTradeNumber = "out_trade_no"
    case state
    case transactionID = "transaction_id"
    case reason
    case at
  }
}

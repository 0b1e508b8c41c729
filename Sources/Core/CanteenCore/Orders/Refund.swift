/// Staff undo an order before its money is taken (撤销).
public struct VoidOrder: Sendable, Hashable, Codable {
  public let outTradeNumber: OutTradeNumber
  public let operatorID: OperatorID
  public let reason: String

  public init(outTradeNumber: OutTradeNumber, operatorID: OperatorID, reason: String) {
    self.outTradeNumber = outTradeNumber
    self.operatorID = operatorID
    self.reason = reason
  }

  private enum CodingKeys: String, CodingKey {
    case outTradeNumber = "out_trade_no"
    case operatorID = "operator"
    case reason
  }
}

/// Money of one order to be given back, whole or in part (退款). Linked to its order, never a sale of its own.
public struct Refund: Sendable, Hashable, Codable {
  public let outRefundNumber: OutRefundNumber
  public let outTradeNumber: OutTradeNumber
  public let amount: Fen
  /// nil when the gateway made it, for a void that came after the deduction.
  public let operatorID: OperatorID?
  public let reason: String

  public init(
    outRefundNumber: OutRefundNumber, outTradeNumber: OutTradeNumber, amount: Fen, operatorID: OperatorID?,
    reason: String
  ) {
    self.outRefundNumber = outRefundNumber
    self.outTradeNumber = outTradeNumber
    self.amount = amount
    self.operatorID = operatorID
    self.reason = reason
  }

  /// What is wrong with the refund, the first thing found; nil for a sound one. A till never writes an
  /// unsound refund.
  public var flaw: String? {
    (Fen(1)...Order.mostAmount).contains(amount) ? nil : "the amount is out of range"
  }

  /// The most partial refunds of one order, even where a platform would make more.
  public static let mostOfOneOrder = 50

  /// The refund that completes a late void. Its number is derived from the order's, so that repeating this
  /// step never makes a second refund.
  public init(undoing number: OutTradeNumber, amount: Fen, reason: String) {
    let text = "V-\(number)"
    guard let refundNumber = try? OutRefundNumber(text) else {
      preconditionFailure("An order number is at most 32 of the characters a refund number may have.")
    }
    self.init(
      outRefundNumber: refundNumber, outTradeNumber: number, amount: amount, operatorID: nil, reason: reason)
  }

  private enum CodingKeys: String, CodingKey {
    case outRefundNumber = "out_refund_no"
    case outTradeNumber = "out_trade_no"
    case amount = "amount_fen"
    case operatorID = "operator"
    case reason
  }
}

/// Where a refund stands.
public enum RefundState: String, Sendable, Hashable, Codable, CaseIterable {
  /// Durable on the till or at the gateway; not yet given back.
  case requested
  /// The user's account no longer takes the money (退款异常): the school chooses another way for it on the platform's
  /// merchant pages. Known at the gateway only; at a till it is still ``requested``.
  case abnormal
  case refunded
  /// Refused for good; the money stays where it is.
  case failed

  /// True when nothing more will happen by itself or at the platform.
  public var isFinal: Bool { self == .refunded || self == .failed }

  public func canBecome(_ next: RefundState) -> Bool { !isFinal && next != self }
}

/// What became of a refund, as the gateway tells the till.
public struct RefundResult: Sendable, Hashable, Codable {
  public let refund: Refund
  public let state: RefundState
  /// The platform's number of the refund, when there is one.
  public let refundID: String?
  public let reason: String?
  public let at: Timestamp

  public init(refund: Refund, state: RefundState, refundID: String?, reason: String?, at: Timestamp) {
    self.refund = refund
    self.state = state
    self.refundID = refundID
    self.reason = reason
    self.at = at
  }

  /// With texts as long as a ledger keeps them.
  public var bounded: RefundResult {
    let refund = Refund(
      outRefundNumber: refund.outRefundNumber, outTradeNumber: refund.outTradeNumber, amount: refund.amount,
      operatorID: refund.operatorID, reason: refund.reason.cut(toBytes: TextBounds.reason))
    return RefundResult(
      refund: refund, state: state, refundID: refundID?.cut(toBytes: TextBounds.platformNumber),
      reason: reason?.cut(toBytes: TextBounds.reason), at: at)
  }

  private enum CodingKeys: String, CodingKey {
    case refund
    case state
    case refundID = "refund_id"
    case reason
    case at
  }
}

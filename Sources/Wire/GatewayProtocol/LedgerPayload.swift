public import CanteenCore
public import Foundation

/// What a ledger entry says. New kinds may be added; none may ever be changed or taken away.
public enum LedgerPayload: Sendable, Hashable, Codable {
  /// The till booked this order. The student is shown that it is accepted once this is on disk.
  case orderAccepted(Order)
  /// The gateway told the till what became of an order.
  case orderResult(OrderResult)
  case orderVoided(VoidOrder)
  case refundRequested(Refund)
  /// The gateway told the till what became of a refund.
  case refundResult(RefundResult)
  case shiftOpened(Shift)
  case shiftClosed(ShiftClosed)
  /// Something else staff did with their PIN; the audit log.
  case staffAction(StaffRecord)
  /// The gateway told the till whether a user may pay.
  case userStanding(UserStanding)
  /// The box's clock was set while the till ran.
  case clockJumped(ClockJump)
  /// A payment code was shown for this order; written before any platform hears of it. An order of the same
  /// number follows, or ``codeClosed(_:)``; until then the outcome is not known.
  case codePresented(Order)
  /// No meal was given for a payment code: whatever it took is given back.
  case codeClosed(CodeClosed)
  /// An entry of this till that stood in a part of its ledger which was given up, as it was signed there.
  case broughtBack(LedgerEntry)
}

extension LedgerPayload {
  /// The order that the gateway settles because of this entry.
  public var orderToSettle: Order? {
    switch self {
    case .orderAccepted(let order): order
    case .codeClosed(let closed): closed.order
    case .broughtBack(let entry): entry.broughtBackPayload?.orderToSettle
    default: nil
    }
  }

  /// The order that this entry books.
  public var bookedOrder: Order? {
    switch self {
    case .orderAccepted(let order): order
    case .broughtBack(let entry): entry.broughtBackPayload?.bookedOrder
    default: nil
    }
  }

  /// Whether the gateway said it; then it says it again to whoever forgot it.
  public var isToldByGateway: Bool {
    switch self {
    case .orderResult, .refundResult, .userStanding: true
    case .orderAccepted, .orderVoided, .refundRequested, .shiftOpened, .shiftClosed, .staffAction,
      .clockJumped,
      .codePresented, .codeClosed, .broughtBack:
      false
    }
  }

  /// Whether the gateway may ask a platform for money, or give some back, because of it.
  public var movesMoney: Bool {
    switch self {
    case .orderAccepted, .codeClosed, .orderVoided, .refundRequested: true
    case .broughtBack(let entry): entry.broughtBackPayload?.movesMoney ?? true
    case .orderResult, .refundResult, .userStanding, .shiftOpened, .shiftClosed, .staffAction, .clockJumped,
      .codePresented:
      false
    }
  }

  /// The payment code whose outcome it settles; nil when it settles none.
  public var endedCode: OutTradeNumber? {
    switch self {
    case .codeClosed(let closed): return closed.order.outTradeNumber
    case .orderAccepted(let order):
      if case .paymentCode = order.means.collection { return order.outTradeNumber }
      return nil
    default: return nil
    }
  }

  /// Whether it is a sale that asks no platform for money.
  public var isSaleBesideTheTill: Bool {
    guard case .orderAccepted(let order) = self, case .besideTill = order.means.collection else {
      return false
    }
    return true
  }
}

extension LedgerEntry {
  /// What an entry that was brought back says; nil when it cannot be read or itself brings another back, which no
  /// till writes.
  public var broughtBackPayload: LedgerPayload? {
    guard let payload = try? decodedPayload() else { return nil }
    if case .broughtBack = payload { return nil }
    return payload
  }
}

public struct CodeClosed: Sendable, Hashable, Codable {
  /// As it was presented.
  public let order: Order
  public let reason: String

  public init(order: Order, reason: String) {
    self.order = order
    self.reason = reason
  }
}

public struct ShiftClosed: Sendable, Hashable, Codable {
  public let shift: Int64
  public let operatorID: OperatorID
  public let at: Timestamp

  public init(shift: Int64, operatorID: OperatorID, at: Timestamp) {
    self.shift = shift
    self.operatorID = operatorID
    self.at = at
  }

  private enum CodingKeys: String, CodingKey {
    case shift
    case operatorID = "operator"
    case at
  }
}

/// Whether a user may pay; a nil bar means yes.
public struct UserStanding: Sendable, Hashable, Codable {
  public let user: OutUserID
  public let bar: UserBar?

  public init(user: OutUserID, bar: UserBar?) {
    self.user = user
    self.bar = bar
  }

  private enum CodingKeys: String, CodingKey {
    case user = "out_user_id"
    case bar
  }
}

public struct ClockJump: Sendable, Hashable, Codable {
  /// Positive when the box's clock was set forward.
  public let milliseconds: Int64

  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }
}

/// Where a till's ledger ends. The till shows this to the gateway, which remembers where the ledger ended
/// before.
public struct LedgerHead: Sendable, Hashable, Codable {
  public let sequence: Int64
  public let hash: Data
  /// Orders the gateway does not have yet, and their sum to collect.
  public let unsentOrders: Int
  public let unsentAmount: Fen

  public init(sequence: Int64, hash: Data, unsentOrders: Int, unsentAmount: Fen) {
    self.sequence = sequence
    self.hash = hash
    self.unsentOrders = unsentOrders
    self.unsentAmount = unsentAmount
  }

  private enum CodingKeys: String, CodingKey {
    case sequence
    case hash
    case unsentOrders = "unsent_orders"
    case unsentAmount = "unsent_fen"
  }
}

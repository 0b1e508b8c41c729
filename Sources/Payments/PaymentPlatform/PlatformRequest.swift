public import CanteenCore
public import Foundation

/// The bytes that ask a platform to take or to give back money.
///
/// They are kept before they are first sent, and sent again as they are: a name or a merchant number that changed in the
/// settings meanwhile must not make another request under the same number (I2). They hold a face token and reach no log.
public struct PlatformRequest: Sendable, Hashable {
  public let body: Data

  public init(body: Data) {
    self.body = body
  }
}

/// An order or refund that cannot be put into a request, whatever happens later.
public struct UnsendableRequest: Error, Equatable, CustomStringConvertible {
  public let reason: String

  public init(reason: String) {
    self.reason = reason
  }

  public var description: String { reason }
}

/// Where an order was sold.
public struct SellingTill: Sendable, Hashable {
  public let id: TerminalID
  /// Its address in the network, as text; nil when nobody knows.
  public let address: String?

  public init(_ id: TerminalID, address: String? = nil) {
    self.id = id
    self.address = address
  }
}

/// What was sent for an order, as far as it has to be recognised in an answer.
public struct SentOrder: Sendable, Hashable {
  public let number: OutTradeNumber
  public let amount: Fen
  /// nil when the bytes were not kept; then the platform's settings of today say whose merchant it was.
  public let request: PlatformRequest?

  public init(_ number: OutTradeNumber, amount: Fen, request: PlatformRequest? = nil) {
    self.number = number
    self.amount = amount
    self.request = request
  }
}

/// What was sent for a refund, as far as it has to be recognised in an answer.
public struct SentRefund: Sendable, Hashable {
  public let refund: Refund
  /// What the platform took for the order.
  public let charged: Fen
  /// nil when the bytes were not kept; then the platform's settings of today say whose merchant it was.
  public let request: PlatformRequest?

  public init(_ refund: Refund, charged: Fen, request: PlatformRequest? = nil) {
    self.refund = refund
    self.charged = charged
    self.request = request
  }
}

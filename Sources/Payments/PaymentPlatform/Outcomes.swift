public import CanteenCore

/// One line of a platform's bill: a charge, or a refund of one.
public struct BilledLine: Sendable, Hashable {
  public let platform: PlatformID
  public let outTradeNumber: String
  public let charged: Fen
  public let refunded: Fen

  public init(platform: PlatformID, outTradeNumber: String, charged: Fen, refunded: Fen) {
    self.platform = platform
    self.outTradeNumber = outTradeNumber
    self.charged = charged
    self.refunded = refunded
  }
}

/// What a platform did on one day.
public struct PlatformBill: Sendable, Equatable {
  public let lines: [BilledLine]
  /// What of the bill could not be read, in words for whoever looks at it by hand. It is left out of ``lines``.
  public let flaws: [String]

  public init(_ lines: [BilledLine], flaws: [String] = []) {
    self.lines = lines
    self.flaws = flaws
  }
}

public struct BillUnavailable: Error, CustomStringConvertible {
  public let reason: String

  public init(reason: String) {
    self.reason = reason
  }

  public var description: String { "The platform's bill is not available: \(reason)." }
}

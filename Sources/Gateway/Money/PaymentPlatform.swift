package import CanteenCore
import GatewayProtocol

/// What a payment platform does for this school. An error always says whether money may have moved.
package protocol PaymentPlatform: Sendable {
  /// The credential that lets a till recognise faces.
  func authinfo(for terminal: TerminalID, rawData: String) async throws -> String
  /// Whether the guardian's contract is signed and the user not blocked; nil for an unknown user.
  func standing(of user: OutUserID) async throws -> FaceUserStanding?
  func deduct(_ order: Order, at terminal: TerminalID) async -> Deduction
  /// What became of an order that was sent before.
  func deduction(of number: OutTradeNumber) async -> Deduction
  /// Gives money back.
  ///
  /// - Parameter charged: what the platform took for the order.
  func refund(_ refund: Refund, charged: Fen) async -> RefundAnswer
  /// What became of a refund that was sent before.
  func refund(numbered number: OutRefundNumber) async -> RefundAnswer
  /// Everything the platform did on one day, from its bill.
  ///
  /// - Throws: ``BillUnavailable`` when there is none yet.
  func bill(of day: SchoolDay) async throws -> [BilledLine]
}

package struct FaceUserStanding: Sendable, Equatable {
  package let platformUserID: String
  /// nil when the user may pay.
  package let bar: UserBar?

  package var mayPay: Bool { bar == nil }

  package init(platformUserID: String, bar: UserBar?) {
    self.platformUserID = platformUserID
    self.bar = bar
  }
}

/// The platform's answer about one refund.
package enum RefundAnswer: Sendable, Equatable {
  case refunded(refundID: String)
  /// Taken in, but the money is not back yet: ask again.
  case processing
  case notRefunded(Refusal, reason: String)
  /// The money may or may not have gone back: ask, never send something new.
  case unknown(reason: String)

  package enum Refusal: Sendable, Equatable {
    case forGood
    case tryLater
    /// The platform has never heard of the refund.
    case notFound
  }
}

/// One line of the platform's bill: a charge, or a refund of one.
package struct BilledLine: Sendable, Hashable {
  package let outTradeNumber: String
  package let charged: Fen
  package let refunded: Fen

  package init(outTradeNumber: String, charged: Fen, refunded: Fen) {
    self.outTradeNumber = outTradeNumber
    self.charged = charged
    self.refunded = refunded
  }
}

package struct BillUnavailable: Error, CustomStringConvertible {
  package let reason: String

  package init(reason: String) {
    self.reason = reason
  }

  package var description: String { "The platform's bill cannot be had: \(reason)." }
}

/// The platform's answer about one order.
package enum Deduction: Sendable, Equatable {
  case charged(transactionID: String, advanced: Bool)
  case notCharged(Refusal, reason: String)
  /// The money may or may not have moved: ask, never send something new.
  case unknown(reason: String)

  package enum Refusal: Sendable, Equatable {
    case insufficientFunds
    /// A limit of the day is used up.
    case overLimit
    case riskRejected
    case forGood
    case tryLater
    /// The platform has never heard of the order.
    case notFound
  }
}

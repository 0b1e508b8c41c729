package import CanteenCore

/// An order or a refund that is due, and that nobody else is given until the claim ends.
package struct DueWork: Sendable {
  package enum Subject: Sendable {
    case order(OrderRecord)
    case refund(RefundRecord, of: OrderRecord)
  }

  package let subject: Subject
  package let claim: Claim
}

/// One worker's right to call the platform about one order or refund.
package struct Claim: Sendable, Hashable {
  package enum Subject: Sendable, Hashable {
    case order(OutTradeNumber)
    case refund(OutRefundNumber)
  }

  package let subject: Subject
  /// Random, so that a worker whose claim ran out cannot end another's claim.
  let token: String
}

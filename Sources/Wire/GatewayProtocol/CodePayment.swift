public import CanteenCore

/// `POST /v1/code-payments`: have a payment code charged for an order. The same number again charges nothing more and
/// is answered with what became of it.
public struct CodePaymentRequest: Sendable, Codable {
  /// As it stands in the till's ledger.
  public let order: Order
  /// The digits of the code. Kept nowhere.
  public let code: String

  public init(order: Order, code: PaymentCode) {
    self.order = order
    self.code = code.digits
  }
}

/// The answer to ``CodePaymentRequest`` and to `GET /v1/code-payments/NUMBER`.
public struct CodePaymentAnswer: Sendable, Hashable, Codable {
  public enum Outcome: String, Sendable, Hashable, Codable {
    case charged
    case notCharged = "not_charged"
    case unclear
  }

  public let outcome: Outcome
  /// The platform's number of the charge.
  public let transactionID: String?
  public let reason: String?

  public init(_ outcome: CodeOutcome) {
    switch outcome {
    case .charged(let transactionID):
      (self.outcome, self.transactionID, reason) = (.charged, transactionID, nil)
    case .notCharged(let reason): (self.outcome, transactionID, self.reason) = (.notCharged, nil, reason)
    case .unclear(let reason): (self.outcome, transactionID, self.reason) = (.unclear, nil, reason)
    }
  }

  public init(_ outcome: Outcome, transactionID: String?, reason: String?) {
    self.outcome = outcome
    self.transactionID = transactionID
    self.reason = reason
  }

  /// A charge without the platform's number cannot be traced, so it counts as unclear.
  public var codeOutcome: CodeOutcome {
    let reason = (reason ?? "").cut(toBytes: TextBounds.reason)
    return switch (outcome, transactionID) {
    case (.charged, let transactionID?):
      .charged(transactionID: transactionID.cut(toBytes: TextBounds.platformNumber))
    case (.notCharged, _): .notCharged(reason: reason)
    case (.charged, nil), (.unclear, _): .unclear(reason: reason)
    }
  }

  private enum CodingKeys: String, CodingKey {
    case outcome
    case transactionID = "transaction_id"
    case reason
  }
}

extension Refusal {
  /// Whether a gateway says that nothing was charged for a payment code and nothing will be. After any other
  /// refusal the money may have been taken.
  public var meansNotCharged: Bool {
    switch code {
    case .known(.paymentCodesNotOffered), .known(.badPaymentCode): true
    case .known, .unknown: false
    }
  }
}

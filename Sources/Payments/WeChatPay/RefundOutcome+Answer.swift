import CanteenCore
import PaymentPlatform

extension RefundOutcome {
  /// Reads the answer to `POST /v3/refund/domestic/refunds`. HTTP 200 says only that the refund was accepted.
  init(answer: VerifiedAnswer, to refund: OrderRefund) {
    let refusal = answer.refusal
    self =
      switch answer.status {
      case 200: Self(record: answer, of: refund.outRefundNumber) { $0.fits(refund) }
      case 429: .notRefunded(refusal, .tryLater)
      case 400..<500 where refusal.saysNumberIsInUse: .unknown(.numberInUse(refusal))
      case 400, 401, 403, 404: .notRefunded(refusal, refusal.kind)
      default: .unknown(.undecided(refusal))
      }
  }

  /// Reads the answer to `GET /v3/refund/domestic/refunds/…`.
  ///
  /// A refused query tells nothing about the refund, so only 200 and "no such refund" decide.
  init(answer: VerifiedAnswer, toQueryFor outRefundNumber: OutRefundNumber) {
    let refusal = answer.refusal
    self =
      switch (answer.status, refusal.code) {
      case (200, _): Self(record: answer, of: outRefundNumber) { _ in true }
      case (404, "RESOURCE_NOT_EXISTS"), (404, "REFUND_NOT_EXISTS"): .notRefunded(refusal, .notFound)
      default: .unknown(.undecided(refusal))
      }
  }

  /// For a refund that got no verified answer.
  init(withoutAnswer error: WeChatPayError) {
    self =
      switch error {
      case .notSent(let reason): .notRefunded(.tryLater, reason: "NOT_SENT \(reason)")
      default: .unknown(UncertaintyReason(queryWithoutAnswer: error))
      }
  }

  private init(
    record answer: VerifiedAnswer, of outRefundNumber: OutRefundNumber, fits: (RefundRecord) -> Bool
  ) {
    guard let record = try? answer.decode(RefundRecord.self),
      record.outRefundNumber == outRefundNumber.text, fits(record)
    else {
      self = .unknown(.contradictory)
      return
    }
    self = record.outcome
  }

  private static func notRefunded(_ refusal: PlatformRefusal, _ kind: Refusal) -> Self {
    .notRefunded(kind, reason: refusal.words)
  }

  static func unknown(_ reason: UncertaintyReason) -> Self { .unknown(reason: reason.description) }
}

/// The fields of a refund that decide.
private struct RefundRecord: Decodable {
  struct Amount: Decodable {
    let refund: Fen
    let total: Fen
  }

  let refundID: String
  let outRefundNumber: String
  let outTradeNumber: String
  let status: String
  let amount: Amount

  enum CodingKeys: String, CodingKey {
    case refundID = "refund_id"
    case outRefundNumber = "out_refund_no"
    case outTradeNumber = "out_trade_no"
    case status
    case amount
  }

  func fits(_ refund: OrderRefund) -> Bool {
    outTradeNumber == refund.outTradeNumber.text && amount.refund == refund.amount
      && amount.total == refund.total
  }

  var outcome: RefundOutcome {
    switch status {
    case "SUCCESS": .refunded(refundID: refundID)
    case "PROCESSING": .processing(stuck: false)
    case "ABNORMAL": .processing(stuck: true)
    case "CLOSED": .notRefunded(.forGood, reason: status)
    default: .unknown(.pending(state: status))
    }
  }
}

extension PlatformRefusal {
  /// What was sent first under this number may have been refunded.
  fileprivate var saysNumberIsInUse: Bool {
    code == "REFUND_FEE_MISMATCH" || message.contains("重入") || message.contains("与之前请求不一致")
  }

  /// What a refused refund means. An unknown code is final.
  fileprivate var kind: RefundOutcome.Refusal {
    switch (status, code) {
    // Our key, clock or permission is wrong, a limit is used up, or the merchant's account is empty for now: the
    // refund itself is sound.
    case (401, _), (_, "NO_AUTH"), (_, "SIGN_ERROR"), (_, "RULE_LIMIT"), (_, "FREQUENCY_LIMITED"),
      (_, "NOT_ENOUGH"), (_, "NOTENOUGH"), (_, "ORDER_NOT_READY"), (_, "BIZERR_NEED_RETRY"):
      .tryLater
    default: .forGood
    }
  }
}

import CanteenCore
import PaymentPlatform

extension RefundOutcome {
  /// Reads the answer to `POST /v3/refund/domestic/refunds`. HTTP 200 says only that the refund was accepted.
  init(answer: VerifiedAnswer, to sent: SentRefund) {
    let refusal = answer.refusal
    self =
      switch answer.status {
      case 200: Self(record: answer, of: sent)
      case 400..<500 where refusal.saysNumberIsInUse: .unknown(.numberInUse(refusal))
      case 400..<500 where refusal.leavesItOpen: .unknown(.undecided(refusal))
      case 400, 401, 403, 404, 429: refusal.meaning
      default: .unknown(.undecided(refusal))
      }
  }

  /// Reads the answer to `GET /v3/refund/domestic/refunds/…`.
  ///
  /// A refused query tells nothing about the refund, so only 200 and "no such refund" decide.
  init(answer: VerifiedAnswer, toQueryFor sent: SentRefund) {
    let refusal = answer.refusal
    self =
      switch (answer.status, refusal.code) {
      case (200, _): Self(record: answer, of: sent)
      case (404, "RESOURCE_NOT_EXISTS"), (404, "REFUND_NOT_EXISTS"):
        .notRefunded(.notFound, reason: refusal.words)
      default: refusal.standstillOfBusyness.map(Self.heldUp) ?? .unknown(.undecided(refusal))
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

  private init(record answer: VerifiedAnswer, of sent: SentRefund) {
    guard let record = try? answer.decode(RefundRecord.self), record.fits(sent) else {
      self = .unknown(.contradictory)
      return
    }
    self = record.outcome
  }

  static func unknown(_ reason: UncertaintyReason) -> Self { .unknown(reason: reason.description) }
}

/// The fields of a refund that decide.
private struct RefundRecord: Decodable {
  struct Amount: Decodable {
    let refund: Fen
    let total: Fen
    let currency: String?
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

  func fits(_ sent: SentRefund) -> Bool {
    outRefundNumber == sent.refund.outRefundNumber.text && outTradeNumber == sent.refund.outTradeNumber.text
      && amount.refund == sent.refund.amount && amount.total == sent.charged
      && amount.currency ?? "CNY" == "CNY" && (1...32).contains(refundID.utf8.count)
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
  /// An earlier refund under this number may have been made.
  fileprivate var saysNumberIsInUse: Bool {
    code == "REFUND_FEE_MISMATCH" || message.contains("重入") || message.contains("与之前请求不一致")
  }

  /// Of a refund. Only what speaks of this refund or its order ends it.
  fileprivate var meaning: RefundOutcome {
    if let kind { return .notRefunded(kind, reason: words) }
    return (standstillOfBusyness ?? standstillOfMerchant).map { .heldUp($0) } ?? .unknown(.undecided(self))
  }

  private var kind: RefundOutcome.Refusal? {
    switch (status, code) {
    // A limit is used up, or the merchant's account is empty for now: the refund itself is sound.
    case (_, "RULE_LIMIT"), (_, "NOT_ENOUGH"), (_, "NOTENOUGH"), (_, "ORDER_NOT_READY"),
      (_, "BIZERR_NEED_RETRY"),
      // A copy may not know yet that the order was paid a moment ago; the gateway knows.
      (_, "RESOURCE_NOT_EXISTS"), (_, "ORDER_NOT_EXIST"), (_, "ORDERNOTEXIST"):
      .tryLater
    // The order is refunded, closed or unknown, or its account takes nothing back.
    case (_, "INVALID_REQUEST"),
      (_, "USER_ACCOUNT_ABNORMAL"), (_, "TRADE_OVERDUE"), (_, "REFUND_FULL"), (_, "INVALID_TRANSACTIONID"):
      .forGood
    case (_, "PARAM_ERROR"):
      isAbout(["out_refund_no", "out_trade_no", "transaction_id", "amount", "refund", "total"])
        ? .forGood : nil
    default: nil
    }
  }
}

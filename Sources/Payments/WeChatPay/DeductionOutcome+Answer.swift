import CanteenCore

extension DeductionOutcome {
  /// Reads the answer to `POST /v3/offlineface/transactions`. HTTP 200 says only that the call succeeded.
  init(answer: VerifiedAnswer, to deduction: FaceDeduction) {
    let refusal = answer.refusal
    self =
      switch answer.status {
      case 200: Self(transaction: answer, of: deduction.outTradeNumber, amount: deduction.amount)
      case 429: .notCharged(refusal, .tryLater)
      case 400..<500 where refusal.saysNumberIsInUse: .unknown(reason: .numberInUse(refusal))
      case 400, 401, 403, 404: .notCharged(refusal, refusal.kind)
      default: .unknown(reason: .undecided(refusal))
      }
  }

  /// Reads the answer to `GET /v3/offlineface/transactions/out-trade-no/…`.
  ///
  /// A refused query tells nothing about the order, so only 200 and "no such order" decide.
  init(answer: VerifiedAnswer, toQueryFor outTradeNumber: OutTradeNumber) {
    let refusal = answer.refusal
    self =
      switch (answer.status, refusal.code) {
      case (200, _): Self(transaction: answer, of: outTradeNumber, amount: nil)
      case (404, "ORDER_NOT_EXIST"), (404, "RESOURCE_NOT_EXISTS"): .notCharged(refusal, .doesNotExist)
      default: .unknown(reason: .undecided(refusal))
      }
  }

  /// For a deduction that got no verified answer.
  init(withoutAnswer error: WeChatPayError) {
    self =
      switch error {
      case .notSent(let reason): .notCharged(code: "NOT_SENT", message: reason, kind: .tryLater)
      default: .unknown(reason: UncertaintyReason(queryWithoutAnswer: error))
      }
  }

  private init(transaction answer: VerifiedAnswer, of outTradeNumber: OutTradeNumber, amount: Fen?) {
    guard let transaction = try? answer.decode(FaceTransaction.self),
      transaction.outTradeNumber == outTradeNumber.text,
      amount == nil || transaction.amount?.total == amount
    else {
      self = .unknown(reason: .contradictory)
      return
    }
    self = transaction.outcome
  }

  private static func notCharged(_ refusal: PlatformRefusal, _ kind: RefusalKind) -> Self {
    .notCharged(code: refusal.code, message: refusal.message, kind: kind)
  }
}

/// The fields of a transaction that decide; `trade_state` has no published list, so unknown ones stay unknown.
private struct FaceTransaction: Decodable {
  struct Amount: Decodable {
    let total: Fen
  }

  let outTradeNumber: String
  let transactionID: String?
  let tradeState: String
  let tradeStateDescription: String?
  let debtState: String?
  let errorType: String?
  let amount: Amount?

  enum CodingKeys: String, CodingKey {
    case outTradeNumber = "out_trade_no"
    case transactionID = "transaction_id"
    case tradeState = "trade_state"
    case tradeStateDescription = "trade_state_description"
    case debtState = "debt_state"
    case errorType = "error_type"
    case amount
  }

  var outcome: DeductionOutcome {
    switch (tradeState, transactionID) {
    // A refund follows a charge and is a record of its own.
    case ("SUCCESS", let transactionID?), ("REFUND", let transactionID?):
      .charged(transactionID: transactionID, advanced: debtState == "DEBT")
    case ("SUCCESS", nil), ("REFUND", nil):
      .unknown(reason: .contradictory)
    case ("PAYERROR", _):
      .notCharged(
        code: errorType ?? tradeState, message: tradeStateDescription ?? "",
        kind: ["NOTENOUGH", "NOT_ENOUGH"].contains(errorType) ? .insufficientFunds : .tryLater)
    case ("CLOSED", _), ("REVOKED", _):
      .notCharged(code: tradeState, message: tradeStateDescription ?? "", kind: .refusedForGood)
    default:
      .unknown(reason: .pending(state: tradeState))
    }
  }
}

extension PlatformRefusal {
  /// A number that was used before may have been charged before.
  fileprivate var saysNumberIsInUse: Bool {
    ["OUT_TRADE_NO_USED", "ORDERPAID", "ORDER_PAID"].contains(code) || message.contains("重入")
  }

  /// What a refused deduction means. The platform publishes no list of codes for this product, so codes of
  /// its other deduction products are read, and an unknown one is final.
  fileprivate var kind: DeductionOutcome.RefusalKind {
    switch (status, code) {
    case (_, "NOT_ENOUGH"), (_, "NOTENOUGH"): .insufficientFunds
    case (_, "ACCOUNT_ERROR"), (_, "USER_ACCOUNT_ABNORMAL"), (_, "RISK_REJECTED"): .riskRejected
    // Our key, clock or permission is wrong, or a limit is used up: the order itself is sound.
    case (401, _), (_, "NO_AUTH"), (_, "SIGN_ERROR"), (_, "RULE_LIMIT"), (_, "FREQUENCY_LIMITED"): .tryLater
    default: .refusedForGood
    }
  }
}

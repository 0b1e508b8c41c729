import CanteenCore
import PaymentPlatform

extension Deduction {
  /// Reads the answer to `POST /v3/offlineface/transactions`. HTTP 200 says only that the call succeeded.
  init(answer: VerifiedAnswer, to deduction: FaceDeduction) {
    let refusal = answer.refusal
    self =
      switch answer.status {
      case 200: Self(transaction: answer, of: deduction.outTradeNumber, amount: deduction.amount)
      case 429: .notCharged(refusal, refusal.code == "RULE_LIMIT" ? .overLimit : .tryLater)
      case 400..<500 where refusal.saysNumberIsInUse: .unknown(.numberInUse(refusal))
      case 400..<500 where refusal.leavesItOpen: .unknown(.undecided(refusal))
      case 400, 401, 403, 404: .notCharged(refusal, refusal.kind)
      default: .unknown(.undecided(refusal))
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
      case (404, "ORDER_NOT_EXIST"), (404, "RESOURCE_NOT_EXISTS"): .notCharged(refusal, .notFound)
      default: .unknown(.undecided(refusal))
      }
  }

  /// For a deduction that got no verified answer.
  init(withoutAnswer error: WeChatPayError) {
    self =
      switch error {
      case .notSent(let reason): .notCharged(.tryLater, reason: "NOT_SENT \(reason)")
      default: .unknown(UncertaintyReason(queryWithoutAnswer: error))
      }
  }

  private init(transaction answer: VerifiedAnswer, of outTradeNumber: OutTradeNumber, amount: Fen?) {
    guard let transaction = try? answer.decode(FaceTransaction.self),
      transaction.outTradeNumber == outTradeNumber.text,
      amount == nil || transaction.amount?.total == amount
    else {
      self = .unknown(.contradictory)
      return
    }
    self = transaction.outcome
  }

  private static func notCharged(_ refusal: PlatformRefusal, _ kind: Refusal) -> Self {
    .notCharged(kind, reason: refusal.words)
  }

  static func unknown(_ reason: UncertaintyReason) -> Self { .unknown(reason: reason.description) }
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

  var outcome: Deduction {
    switch (tradeState, transactionID) {
    // A refund follows a charge and is a record of its own.
    case ("SUCCESS", let transactionID?), ("REFUND", let transactionID?):
      .charged(transactionID: transactionID, advanced: debtState == "DEBT")
    case ("SUCCESS", nil), ("REFUND", nil):
      .unknown(.contradictory)
    case ("PAYERROR", _):
      .notCharged(
        refusalOfFailure,
        reason: words(errorType ?? tradeState))
    case ("CLOSED", _), ("REVOKED", _):
      .notCharged(.forGood, reason: words(tradeState))
    default:
      .unknown(.pending(state: tradeState))
    }
  }

  private var refusalOfFailure: Deduction.Refusal {
    switch errorType {
    case "NOTENOUGH", "NOT_ENOUGH": .insufficientFunds
    // Nothing was taken, for certain, and the platform publishes no list of the other reasons: as with a limit, the
    // same order is sent again in a later window.
    default: .overLimit
    }
  }

  private func words(_ code: String) -> String {
    [code, tradeStateDescription ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
  }
}

extension PlatformRefusal {
  /// A number that was used before may have been charged before.
  fileprivate var saysNumberIsInUse: Bool {
    ["OUT_TRADE_NO_USED", "ORDERPAID", "ORDER_PAID"].contains(code) || message.contains("重入")
  }

  /// Its own trouble, by whatever status: the money may have been taken.
  fileprivate var leavesItOpen: Bool {
    ["SYSTEM_ERROR", "SYSTEMERROR", "BANK_ERROR", "BANKERROR"].contains(code)
  }

  /// What a refused deduction means. The platform publishes no list of codes for this product, so codes of
  /// its other deduction products are read, and an unknown one is final. What speaks of the merchant or the moment and
  /// not of this order, token or user ends no order: it waits until somebody has put it right.
  fileprivate var kind: Deduction.Refusal {
    switch (status, code) {
    case (_, "NOT_ENOUGH"), (_, "NOTENOUGH"): .insufficientFunds
    case (_, "ACCOUNT_ERROR"), (_, "USER_ACCOUNT_ABNORMAL"), (_, "RISK_REJECTED"): .riskRejected
    // The order itself is sound: the user's day or the order's tries of today are used up.
    case (_, "RULE_LIMIT"), (_, "RULELIMIT"): .overLimit
    // Our key, clock or permission is wrong, or the platform does not know us.
    case (401, _), (_, "NO_AUTH"), (_, "NOAUTH"), (_, "SIGN_ERROR"), (_, "APPID_MCHID_NOT_MATCH"),
      (_, "APPID_NOT_EXIST"), (_, "MCH_NOT_EXISTS"), (_, "MCHID_NOT_EXIST"), (404, "NOT_FOUND"):
      .tryLater
    // We ask too often, or it does not want to be asked now.
    case (_, "FREQUENCY_LIMITED"), (_, "FREQUENCY_LIMIT_EXCEED"), (_, "REQUEST_BLOCKED"), (_, "SYSTEM_BUSY"):
      .tryLater
    default: .forGood
    }
  }
}

import CanteenCore
import PaymentPlatform

extension Deduction {
  /// Reads the answer to `POST /v3/offlineface/transactions`. HTTP 200 says only that the call succeeded.
  init(answer: VerifiedAnswer, to sent: ExpectedTransaction) {
    let refusal = answer.refusal
    self =
      switch answer.status {
      case 200: Self(transaction: answer, of: sent)
      case 400..<500 where refusal.saysNumberIsInUse: .unknown(.numberInUse(refusal))
      case 400..<500 where refusal.leavesItOpen: .unknown(.undecided(refusal))
      case 400, 401, 403, 404, 429: refusal.meaning
      default: .unknown(.undecided(refusal))
      }
  }

  /// Reads the answer to `GET /v3/offlineface/transactions/out-trade-no/…`.
  ///
  /// A refused query tells nothing about the order, so only 200 and "no such order" decide.
  init(answer: VerifiedAnswer, toQueryFor sent: ExpectedTransaction) {
    let refusal = answer.refusal
    self =
      switch (answer.status, refusal.code) {
      case (200, _): Self(transaction: answer, of: sent)
      case (404, "ORDER_NOT_EXIST"), (404, "RESOURCE_NOT_EXISTS"):
        .notCharged(.notFound, reason: refusal.words)
      default: refusal.standstillOfBusyness.map(Self.heldUp) ?? .unknown(.undecided(refusal))
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

  private init(transaction answer: VerifiedAnswer, of sent: ExpectedTransaction) {
    guard let transaction = try? answer.decode(FaceTransaction.self), transaction.fits(sent) else {
      self = .unknown(.contradictory)
      return
    }
    self = transaction.outcome
  }

  static func unknown(_ reason: UncertaintyReason) -> Self { .unknown(reason: reason.description) }
}

/// What an answer about an order must say of it.
struct ExpectedTransaction: Sendable, Equatable {
  let outTradeNumber: OutTradeNumber
  let amount: Fen
  let spMerchant: String
  let subMerchant: String
}

/// The fields of a transaction that decide; `trade_state` has no published list, so unknown ones stay unknown.
private struct FaceTransaction: Decodable {
  struct Amount: Decodable {
    let total: Fen
    let currency: String?
  }

  let outTradeNumber: String
  let spMerchant: String?
  let subMerchant: String?
  let transactionID: String?
  let tradeState: String
  let tradeStateDescription: String?
  let debtState: String?
  let errorType: String?
  let amount: Amount?

  enum CodingKeys: String, CodingKey {
    case outTradeNumber = "out_trade_no"
    case spMerchant = "sp_mchid"
    case subMerchant = "sub_mchid"
    case transactionID = "transaction_id"
    case tradeState = "trade_state"
    case tradeStateDescription = "trade_state_description"
    case debtState = "debt_state"
    case errorType = "error_type"
    case amount
  }

  /// Money in other hands or of another sum is not ours, whatever its number.
  func fits(_ sent: ExpectedTransaction) -> Bool {
    outTradeNumber == sent.outTradeNumber.text
      && spMerchant ?? sent.spMerchant == sent.spMerchant
      && subMerchant ?? sent.subMerchant == sent.subMerchant
      && amount?.total ?? sent.amount == sent.amount && amount?.currency ?? "CNY" == "CNY"
  }

  var outcome: Deduction {
    switch (tradeState, transactionID) {
    // A refund follows a charge and is a record of its own.
    case ("SUCCESS", let transactionID?) where hasTaken(transactionID),
      ("REFUND", let transactionID?) where hasTaken(transactionID):
      .charged(transactionID: transactionID, advanced: debtState == "DEBT")
    case ("SUCCESS", _), ("REFUND", _):
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

  /// Whoever says that money was taken says how much, and under which number of its own (at most 32 characters).
  private func hasTaken(_ transactionID: String) -> Bool {
    amount != nil && (1...32).contains(transactionID.utf8.count)
  }

  private var refusalOfFailure: Deduction.Refusal {
    switch errorType {
    case "NOTENOUGH", "NOT_ENOUGH": .insufficientFunds
    // Nothing was taken, for certain, but the platform publishes no list of the other reasons. As with a
    // limit, the same order is sent again in a later window.
    default: .overLimit
    }
  }

  private func words(_ code: String) -> String {
    [code, tradeStateDescription ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
  }
}

extension PlatformRefusal {
  /// When the number was used before, the order may have been charged before.
  fileprivate var saysNumberIsInUse: Bool {
    ["OUT_TRADE_NO_USED", "ORDERPAID", "ORDER_PAID"].contains(code) || message.contains("重入")
  }

  /// Of a deduction. Only what speaks of this order, its token or its user ends or delays it; after anything else it
  /// waits until somebody has put right what the merchant is refused for.
  fileprivate var meaning: Deduction {
    if let kind { return .notCharged(kind, reason: words) }
    return (standstillOfBusyness ?? standstillOfMerchant).map { .heldUp($0) } ?? .unknown(.undecided(self))
  }

  private var kind: Deduction.Refusal? {
    switch code {
    case "NOT_ENOUGH", "NOTENOUGH": .insufficientFunds
    // The user's day or the order's tries of today are used up.
    case "RULE_LIMIT", "RULELIMIT": .overLimit
    case "USER_ACCOUNT_ABNORMAL", "ACCOUNT_ERROR", "ACCOUNTERROR": .frozen
    case "RISK_REJECTED": .riskRejected
    // The token, or an order that is over at the platform.
    case "INVALID_REQUEST", "AUTH_CODE_ERROR", "AUTH_CODE_INVALID", "AUTH_CODE_EXPIRED", "AUTHCODEEXPIRE",
      "AUTH_CODE_USED", "ORDER_CLOSED", "ORDERCLOSED", "ORDER_REVERSED", "ORDERREVERSED",
      "CONTRACT_NOT_EXIST",
      "CONTRACT_NOT_EXISTS", "CONTRACT_ERROR", "USER_NOT_EXIST", "USER_NOT_EXISTS":
      .forGood
    case "PARAM_ERROR": isAbout(["auth_code", "out_trade_no", "amount", "total"]) ? .forGood : nil
    default: nil
    }
  }
}

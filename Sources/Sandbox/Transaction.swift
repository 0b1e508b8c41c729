import Foundation

/// One order the platform has heard of with a genuine token.
struct Transaction: Sendable, Codable, Equatable {
  enum TradeState: String, Sendable, Codable {
    case success = "SUCCESS"
    case payError = "PAYERROR"
    /// Refused before it was booked; a query does not find it (*assumed*).
    case notPaid = "NOTPAY"
  }

  enum DebtState: String, Sendable, Codable {
    case none = "NOT_DEBT"
    /// The platform advanced the money.
    case debt = "DEBT"
    case repaid = "REPAYMENT"
  }

  /// Attempts of one day that took no money.
  struct Failures: Sendable, Codable, Equatable {
    var day: BusinessDay
    var count: Int
  }

  /// The first request, without its token.
  let order: Order
  let fingerprint: Data
  let userID: String
  let outUserID: String
  var transactionID: String?
  var tradeState: TradeState = .notPaid
  var debtState: DebtState = .none
  var successTime: Date?
  /// Calls of the deduction interface for this order that carried a genuine token.
  var attempts = 0
  /// How often money moved. More than one is a doubled charge.
  var charges = 0
  var failures: Failures?

  /// What an answer repeats of the request.
  struct Order: Sendable, Codable, Equatable {
    let spAppID: String
    let spMerchant: String
    let subMerchant: String
    let outTradeNumber: String
    let description: String
    let attach: String?
    let amount: DeductionRequest.Amount
    let scene: DeductionRequest.Scene
    let product: Int

    init(_ request: DeductionRequest) {
      spAppID = request.spAppID
      spMerchant = request.spMerchant
      subMerchant = request.subMerchant
      outTradeNumber = request.outTradeNumber
      description = request.description
      attach = request.attach
      amount = request.amount
      scene = request.scene
      product = request.business.product
    }
  }

  func failures(on day: BusinessDay) -> Int {
    failures?.day == day ? failures?.count ?? 0 : 0
  }

  mutating func fail(on day: BusinessDay, as state: TradeState) {
    failures = Failures(day: day, count: failures(on: day) + 1)
    tradeState = state
  }
}

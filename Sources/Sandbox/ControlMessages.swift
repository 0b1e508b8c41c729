/// `POST /sandbox/contracts`.
struct ContractRequest: Sendable, Decodable {
  /// ¥200, when the request names no balance.
  static let usualBalance: Int64 = 200_00

  let outUserID: String
  let organizationID: String
  let userName: String?
  let balance: Int64?

  enum CodingKeys: String, CodingKey {
    case outUserID = "out_user_id"
    case organizationID = "organization_id"
    case userName = "user_name"
    case balance = "balance_fen"
  }
}

/// `PATCH /sandbox/contracts/{out_user_id}`: what is absent stays.
struct ContractAmendment: Sendable, Decodable {
  let status: Account.Status?
  let contractState: Account.ContractState?
  let balance: Int64?

  enum CodingKeys: String, CodingKey {
    case status
    case contractState = "contract_state"
    case balance = "balance_fen"
  }
}

/// `POST /sandbox/faults`.
struct FaultRequest: Sendable, Codable {
  let kind: Fault
  /// How many of the next calls, 1 … 1000.
  let count: Int
  /// Absent: deductions.
  let operation: Fault.Operation?
}

/// `PATCH /sandbox/pace`: what is absent stays.
struct PaceAmendment: Sendable, Decodable {
  let refunds: Pace.Refunds?
  let bills: Pace.Bills?
  let dayLimit: Int64?

  private enum CodingKeys: String, CodingKey {
    case refunds
    case bills
    case dayLimit = "day_limit_fen"
  }
}

/// `PATCH /sandbox/refunds/{out_refund_no}`.
struct RefundDecision: Sendable, Decodable {
  let status: Refund.Status
}

/// A refund under its order in `GET /sandbox/transactions`.
struct RefundSummary: Sendable, Encodable {
  let outRefundNumber: String
  let refundID: String
  let amount: Int64
  let status: Refund.Status
  let attempts: Int

  init(_ refund: Refund) {
    outRefundNumber = refund.outRefundNumber
    refundID = refund.refundID
    amount = refund.amount
    status = refund.status
    attempts = refund.attempts
  }

  enum CodingKeys: String, CodingKey {
    case outRefundNumber = "out_refund_no"
    case refundID = "refund_id"
    case amount = "amount_fen"
    case status
    case attempts
  }
}

/// One element of `GET /sandbox/transactions`.
struct TransactionSummary: Sendable, Encodable {
  let outTradeNumber: String
  let transactionID: String?
  let outUserID: String
  let amount: Int64
  let tradeState: Transaction.TradeState
  let debtState: Transaction.DebtState
  let attempts: Int
  let charges: Int
  /// Oldest first.
  let refunds: [RefundSummary]

  init(_ transaction: Transaction, refunds: [Refund]) {
    outTradeNumber = transaction.order.outTradeNumber
    transactionID = transaction.transactionID
    outUserID = transaction.outUserID
    amount = transaction.order.amount.total
    tradeState = transaction.tradeState
    debtState = transaction.debtState
    attempts = transaction.attempts
    charges = transaction.charges
    self.refunds = refunds.sorted { $0.refundID < $1.refundID }.map(RefundSummary.init)
  }

  enum CodingKeys: String, CodingKey {
    case outTradeNumber = "out_trade_no"
    case transactionID = "transaction_id"
    case outUserID = "out_user_id"
    case amount = "amount_fen"
    case tradeState = "trade_state"
    case debtState = "debt_state"
    case attempts
    case charges
    case refunds
  }
}

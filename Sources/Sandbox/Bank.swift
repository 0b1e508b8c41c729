import Foundation

/// The money and the rules: a value that decides changes and applies them, without any I/O.
///
/// A change is decided first, then kept in the journal, then applied; replaying the journal applies the same
/// changes again.
struct Bank: Sendable {
  /// What one call changes; accounts, transactions and refunds as they are afterwards.
  struct Change: Sendable, Codable, Equatable {
    var accounts: [Account] = []
    var transactions: [Transaction] = []
    /// Absent in journals from before there were refunds.
    var refunds: [Refund]?
  }

  /// What a deduction or a refund changes and how it is answered.
  struct Decision<Record: Sendable>: Sendable {
    let change: Change
    let answer: Result<Record, PlatformRefusal>
  }

  static let advancesPerUser = 3
  static let failedAttemptsPerDay = 5

  private(set) var accounts: [String: Account] = [:]
  private(set) var transactions: [String: Transaction] = [:]
  /// By `out_refund_no`.
  private(set) var refunds: [String: Refund] = [:]

  mutating func apply(_ change: Change) {
    for account in change.accounts { accounts[account.userID] = account }
    for transaction in change.transactions {
      transactions[transaction.order.outTradeNumber] = transaction
    }
    for refund in change.refunds ?? [] { refunds[refund.outRefundNumber] = refund }
  }

  func account(outUserID: String, in organizationID: String) -> Account? {
    accounts.values.first { $0.outUserID == outUserID && $0.organizationID == organizationID }
  }

  /// Decides one deduction whose token was found genuine.
  ///
  /// *Assumed:* the codes of the refusals for a blocked user, a missing contract, the day's limit and too many
  /// attempts. The limits themselves are published.
  func deduct(
    _ request: DeductionRequest, fingerprint: Data, userID: String, dayLimit: Int64, at now: Date
  ) -> Decision<Transaction> {
    let known = transactions[request.outTradeNumber]
    if let known, known.fingerprint != fingerprint {
      return Decision(change: Change(), answer: .failure(.differsFromFirst))
    }
    guard var account = accounts[userID] else {
      return Decision(change: Change(), answer: .failure(.noContract))
    }
    var transaction =
      known
      ?? Transaction(
        order: .init(request), fingerprint: fingerprint, userID: userID, outUserID: account.outUserID)
    transaction.attempts += 1
    if transaction.tradeState == .success {
      return Decision(change: Change(transactions: [transaction]), answer: .success(transaction))
    }
    let today = BusinessDay(of: now)
    guard transaction.failures(on: today) < Self.failedAttemptsPerDay else {
      return Decision(change: Change(transactions: [transaction]), answer: .failure(.tooManyAttempts))
    }
    do throws(PlatformRefusal) {
      try check(account, paying: request.amount.total, within: dayLimit, on: today)
    } catch {
      return refused(transaction, error, on: today)
    }
    if account.balance >= request.amount.total {
      account.balance -= request.amount.total
    } else if debts(of: userID).count < Self.advancesPerUser {
      transaction.debtState = .debt
    } else {
      transaction.fail(on: today, as: .payError)
      return Decision(change: Change(transactions: [transaction]), answer: .success(transaction))
    }
    transaction.tradeState = .success
    transaction.successTime = now
    transaction.transactionID = transactionID(on: today)
    transaction.charges += 1
    return Decision(
      change: Change(accounts: [account], transactions: [transaction]), answer: .success(transaction))
  }

  private func check(
    _ account: Account, paying amount: Int64, within dayLimit: Int64, on day: BusinessDay
  ) throws(PlatformRefusal) {
    guard account.contractState == .contracted else { throw .noContract }
    guard account.status == .normal else { throw .userBlocked }
    let spent = transactions.values.reduce(into: Int64(0)) { sum, transaction in
      if transaction.userID == account.userID, transaction.tradeState == .success,
        transaction.successTime.map(BusinessDay.init(of:)) == day
      {
        sum += transaction.order.amount.total
      }
    }
    guard spent + amount <= dayLimit else { throw .overDayLimit }
  }

  private func refused(
    _ transaction: Transaction, _ refusal: PlatformRefusal, on day: BusinessDay
  ) -> Decision<Transaction> {
    var transaction = transaction
    transaction.fail(on: day, as: transaction.tradeState)
    return Decision(change: Change(transactions: [transaction]), answer: .failure(refusal))
  }

  /// What the platform advanced for a user and has not got back, oldest first.
  private func debts(of userID: String) -> [Transaction] {
    transactions.values.filter { $0.userID == userID && $0.debtState == .debt }
      .sorted { ($0.transactionID ?? "") < ($1.transactionID ?? "") }
  }

  /// Sets a balance and lets the platform take back its advances from it, oldest first, as far as it goes.
  func repaying(_ account: Account, balance: Int64) -> Change {
    var account = account
    account.balance = balance
    var repaid: [Transaction] = []
    for var debt in debts(of: account.userID) where unrefunded(of: debt) <= account.balance {
      account.balance -= unrefunded(of: debt)
      debt.debtState = .repaid
      repaid.append(debt)
    }
    return Change(accounts: [account], transactions: repaid)
  }

  /// 28 digits that no other transaction has, in the order of time: 4200, the day, a count.
  private func transactionID(on day: BusinessDay) -> String {
    let count = String(transactions.values.count { $0.transactionID != nil } + 1)
    return "4200" + String(day.number) + String(repeating: "0", count: 19 - count.count) + count
  }
}

extension PlatformRefusal {
  static let differsFromFirst = PlatformRefusal.invalidRequest("请求重入时参数与首次不一致")
  static let tooManyAttempts = PlatformRefusal(status: 403, code: "RULE_LIMIT", message: "该订单当日扣款次数超限")
  static let overDayLimit = PlatformRefusal(status: 403, code: "RULE_LIMIT", message: "超过用户单日限额")
  static let noContract = PlatformRefusal(status: 403, code: "CONTRACT_NOT_EXIST", message: "用户未签约或已解约")
  static let userBlocked = PlatformRefusal(status: 403, code: "USER_ACCOUNT_ABNORMAL", message: "用户已被禁用支付")
}

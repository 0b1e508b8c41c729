import Foundation

/// Giving money back.
extension Bank {
  static let refundsPerOrder = 50
  static let refundableFor: TimeInterval = 365 * 86_400

  /// The refunds of an order that gave money back or still may, oldest first.
  func refunds(of outTradeNumber: String) -> [Refund] {
    refunds.values.filter { $0.outTradeNumber == outTradeNumber && $0.status != .closed }
      .sorted { $0.refundID < $1.refundID }
  }

  /// Fen of an order that have not been given back.
  func unrefunded(of transaction: Transaction) -> Int64 {
    refunds(of: transaction.order.outTradeNumber).reduce(transaction.order.amount.total) {
      $1.status == .success ? $0 - $1.amount : $0
    }
  }

  /// Decides one refund. A request with a known `out_refund_no` is a repetition and is answered from memory.
  ///
  /// *Assumed:* the codes of the refusals. The limits themselves are published.
  ///
  /// - Parameter isHeld: accepts the refund and gives nothing back yet.
  func refund(_ request: RefundRequest, fingerprint: Data, isHeld: Bool, at now: Date) -> Decision<Refund> {
    do throws(PlatformRefusal) {
      if var known = refunds[request.outRefundNumber] {
        guard known.fingerprint == fingerprint else { throw .refundDiffersFromFirst }
        known.attempts += 1
        return Decision(change: Change(refunds: [known]), answer: .success(known))
      }
      let transaction = try refundable(request, at: now)
      let refund = Refund(
        outRefundNumber: request.outRefundNumber, outTradeNumber: transaction.order.outTradeNumber,
        refundID: refundID(on: BusinessDay(of: now)), fingerprint: fingerprint, amount: request.amount.refund,
        createTime: now, status: .processing)
      guard !isHeld else { return Decision(change: Change(refunds: [refund]), answer: .success(refund)) }
      return completing(refund, at: now)
    } catch {
      return Decision(change: Change(), answer: .failure(error))
    }
  }

  private func refundable(_ request: RefundRequest, at now: Date) throws(PlatformRefusal) -> Transaction {
    guard let transaction = paidOrder(of: request) else { throw .nothingToRefund }
    guard request.amount.total == transaction.order.amount.total else {
      throw .invalidRequest("订单金额与原订单不一致")
    }
    if let paid = transaction.successTime, now.timeIntervalSince(paid) > Self.refundableFor {
      throw .invalidRequest("订单已超过一年,不能退款")
    }
    let earlier = refunds(of: transaction.order.outTradeNumber)
    guard earlier.count < Self.refundsPerOrder else { throw .invalidRequest("部分退款次数超过50次") }
    let left = earlier.reduce(transaction.order.amount.total) { $0 - $1.amount }
    guard request.amount.refund <= left else { throw .invalidRequest("退款金额大于可退金额") }
    return transaction
  }

  private func paidOrder(of request: RefundRequest) -> Transaction? {
    let named =
      request.outTradeNumber.map { transactions[$0] }
      ?? transactions.values.first { $0.transactionID == request.transactionID }
    guard let transaction = named, transaction.tradeState == .success,
      request.transactionID == nil || request.transactionID == transaction.transactionID
    else { return nil }
    return transaction
  }

  /// Gives the money of an accepted refund back.
  ///
  /// *Assumed:* what was advanced and not repaid is owed no longer; other money goes to the user's balance, and
  /// from there to older advances.
  func completing(_ refund: Refund, at now: Date) -> Decision<Refund> {
    var refund = refund
    refund.status = .success
    refund.successTime = now
    var change = Change()
    if var transaction = transactions[refund.outTradeNumber] {
      if transaction.debtState == .debt {
        if unrefunded(of: transaction) == refund.amount { transaction.debtState = .repaid }
        change.transactions = [transaction]
      } else if let account = accounts[transaction.userID] {
        change = repaying(account, balance: account.balance + refund.amount)
      }
    }
    change.refunds = [refund]
    return Decision(change: change, answer: .success(refund))
  }

  /// 28 digits that no other refund has, in the order of time: 5030, the day, a count.
  private func refundID(on day: BusinessDay) -> String {
    let count = String(refunds.count + 1)
    return "5030" + String(day.number) + String(repeating: "0", count: 19 - count.count) + count
  }
}

extension PlatformRefusal {
  static let refundDiffersFromFirst = PlatformRefusal.invalidRequest("订单金额或退款金额与之前请求不一致,请核实后再试")
  static let nothingToRefund = PlatformRefusal(status: 404, code: "RESOURCE_NOT_EXISTS", message: "订单不存在或未支付")
  static let noSuchRefund = PlatformRefusal(status: 404, code: "RESOURCE_NOT_EXISTS", message: "退款单不存在")
}

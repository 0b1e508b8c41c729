import Foundation

extension SandboxPlatform {
  func refund(_ body: Data) throws -> PlatformAnswer {
    let request = try Self.decode(RefundRequest.self, from: body)
    try request.check(against: identity.numbers)
    let decision = bank.refund(
      request, fingerprint: try request.fingerprint(), isHeld: pace.refunds == .held, at: now())
    try commit(decision.change)
    return try answer(about: try decision.answer.get())
  }

  func refund(outRefundNumber: String, subMerchant: String?) throws -> PlatformAnswer {
    guard subMerchant == identity.numbers.subMerchant else {
      throw PlatformRefusal.parameter("sub_mchid", "is unknown")
    }
    guard let refund = bank.refunds[outRefundNumber] else { throw PlatformRefusal.noSuchRefund }
    return try answer(about: refund)
  }

  private func answer(about refund: Refund) throws -> PlatformAnswer {
    guard let transaction = bank.transactions[refund.outTradeNumber] else {
      throw PlatformRefusal.systemError
    }
    return try PlatformAnswer(RefundAnswer(refund, of: transaction))
  }

  /// Decides a refund that was not completed: for the control interface.
  func decide(outRefundNumber: String, _ decision: RefundDecision) throws -> RefundSummary {
    guard var refund = bank.refunds[outRefundNumber] else { throw PlatformRefusal.noSuchRefund }
    guard [.processing, .abnormal].contains(refund.status), decision.status != .processing else {
      throw PlatformRefusal.parameter("status", "cannot follow \(refund.status.rawValue)")
    }
    if decision.status == .success {
      let completed = bank.completing(refund, at: now())
      try commit(completed.change)
      refund = try completed.answer.get()
    } else {
      refund.status = decision.status
      try commit(.init(refunds: [refund]))
    }
    return RefundSummary(refund)
  }
}

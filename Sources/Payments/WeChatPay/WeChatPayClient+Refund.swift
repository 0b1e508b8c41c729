public import CanteenCore

extension WeChatPayClient {
  /// Gives money of one order back, once: the platform answers a repeated call from memory.
  public func refund(_ refund: OrderRefund) async -> RefundOutcome {
    do throws(WeChatPayError) {
      let body = try encoded { try refund.body() }
      let answer = try await connection.answer(
        to: .post(["v3", "refund", "domestic", "refunds"], body: body))
      return RefundOutcome(answer: answer, to: refund)
    } catch {
      return RefundOutcome(withoutAnswer: error)
    }
  }

  /// What became of a refund.
  public func refund(outRefundNumber: OutRefundNumber, subMerchant: String) async -> RefundOutcome {
    let call = SignedCall.get(
      ["v3", "refund", "domestic", "refunds", outRefundNumber.text], query: [("sub_mchid", subMerchant)])
    do throws(WeChatPayError) {
      return RefundOutcome(answer: try await connection.answer(to: call), toQueryFor: outRefundNumber)
    } catch {
      return .unknown(UncertaintyReason(queryWithoutAnswer: error))
    }
  }
}

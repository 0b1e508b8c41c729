public import CanteenCore
public import PaymentPlatform

extension WeChatPayClient {
  /// Gives money of one order back, once: the platform answers a repeated call from memory.
  ///
  /// - Parameter request: the bytes; may be of a merchant with other numbers.
  public func refund(_ sent: SentRefund, by request: PlatformRequest) async -> RefundOutcome {
    do throws(WeChatPayError) {
      let answer = try await connection.answer(
        to: .post(["v3", "refund", "domestic", "refunds"], body: request.body))
      return RefundOutcome(answer: answer, to: sent)
    } catch {
      return RefundOutcome(withoutAnswer: error)
    }
  }

  /// What became of a refund.
  ///
  /// - Parameter subMerchant: whose money it is when no bytes were kept that say so.
  public func refund(queriedAs sent: SentRefund, subMerchant: String) async -> RefundOutcome {
    let merchant = sent.request.flatMap(SentMerchant.init)?.subMerchant ?? subMerchant
    let call = SignedCall.get(
      ["v3", "refund", "domestic", "refunds", sent.refund.outRefundNumber.text],
      query: [("sub_mchid", merchant)])
    do throws(WeChatPayError) {
      return RefundOutcome(answer: try await connection.answer(to: call), toQueryFor: sent)
    } catch {
      return .unknown(UncertaintyReason(queryWithoutAnswer: error))
    }
  }
}

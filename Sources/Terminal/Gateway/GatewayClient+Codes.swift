import CanteenCore
import GatewayProtocol

extension GatewayClient: CodeTransport {
  package func collect(_ order: Order, with code: PaymentCode) async -> CodeOutcome {
    do {
      let answer: CodePaymentAnswer = try await post(
        "v1/code-payments", CodePaymentRequest(order: order, code: code), timeout: Self.codeTimeout)
      return answer.codeOutcome
    } catch let refusal as Refusal where refusal.meansNotCharged {
      return .notCharged(reason: refusal.message.cut(toBytes: TextBounds.reason))
    } catch is GatewayNotTrusted {
      return .notCharged(reason: "the gateway could not show who it is, so it was not shown the code")
    } catch let error as GatewayUnreachable where !error.wasSent {
      return .notCharged(reason: "the gateway does not answer, so the code was not shown to the platform")
    } catch {
      return .unclear(reason: "\(error)")
    }
  }

  package func outcome(ofCodeFor number: OutTradeNumber) async -> CodeOutcome {
    do {
      let answer: CodePaymentAnswer = try await get("v1/code-payments/\(number)")
      return answer.codeOutcome
    } catch let refusal as Refusal where refusal.code == .known(.unknownPaymentCode) {
      return .notCharged(reason: "the code never reached the gateway")
    } catch {
      return .unclear(reason: "\(error)")
    }
  }
}

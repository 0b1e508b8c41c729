import CanteenCore
import Foundation
import PaymentPlatform
import Synchronization

/// A platform of payment codes that keeps its books in memory. What becomes of a code is decided by its last digit.
final class InventedPlatform: OffersPaymentCode {
  private struct Payment {
    let amount: Fen
    /// Until then nobody can say what became of it.
    let clearAt: MonotonicInstant
    var refunds: [OutRefundNumber: Fen] = [:]
  }

  private static let unclearFor: Duration = .seconds(5)

  let terms: PlatformTerms
  private let clock: any MonotonicClock
  private let payments = Mutex<[OutTradeNumber: Payment]>([:])

  init(_ id: PlatformID, clock: any MonotonicClock) {
    self.clock = clock
    var terms = PlatformTerms(
      platform: id, orderCeiling: Fen(100_00), dayCeiling: Fen(500_00), deductionWindows: [],
      mostDeductionsPerDay: 5, leastUserIDLength: 6, mostRefundsPerOrder: 50, collectsByUser: false)
    terms.paymentCodes = PaymentCodeForm(leastDigits: 18, mostDigits: 18, prefixes: ["13"])
    self.terms = terms
  }

  func collect(_ order: Order, with code: PaymentCode, at terminal: TerminalID) async -> Deduction {
    let lastDigit = code.digits.last
    if lastDigit == "8" { return .notCharged(.insufficientFunds, reason: "the account is empty") }
    let now = clock.now
    let payment = payments.withLock { payments in
      let payment =
        payments[order.outTradeNumber]
        ?? Payment(
          amount: order.toCollect, clearAt: lastDigit == "9" ? now.advanced(by: Self.unclearFor) : now)
      payments[order.outTradeNumber] = payment
      return payment
    }
    return outcome(of: payment, order.outTradeNumber)
  }

  func query(_ order: SentOrder) async -> Deduction {
    guard let payment = payments.withLock({ $0[order.number] }) else {
      return .notCharged(.notFound, reason: "no such order")
    }
    guard payment.amount == order.amount else { return .unknown(reason: "another amount") }
    return outcome(of: payment, order.number)
  }

  private func outcome(of payment: Payment, _ number: OutTradeNumber) -> Deduction {
    clock.now < payment.clearAt
      ? .unknown(reason: "the payer is being asked") : .charged(transactionID: "C-\(number)", advanced: false)
  }

  func request(for refund: Refund, of order: SentOrder) throws(UnsendableRequest) -> PlatformRequest {
    PlatformRequest(body: Data("\(refund.outRefundNumber)".utf8))
  }

  func refund(_ sent: SentRefund, by request: PlatformRequest) async -> RefundOutcome {
    let refund = sent.refund
    return payments.withLock { payments in
      guard var payment = payments[refund.outTradeNumber] else {
        return .notRefunded(.forGood, reason: "no such order")
      }
      payment.refunds[refund.outRefundNumber] = refund.amount
      guard payment.refunds.values.reduce(.zero, +) <= payment.amount else {
        return .notRefunded(.forGood, reason: "more than was paid")
      }
      payments[refund.outTradeNumber] = payment
      return .refunded(refundID: "F-\(refund.outRefundNumber)")
    }
  }

  func queryRefund(_ sent: SentRefund) async -> RefundOutcome {
    let known = payments.withLock { $0[sent.refund.outTradeNumber]?.refunds[sent.refund.outRefundNumber] }
    return known == sent.refund.amount
      ? .refunded(refundID: "F-\(sent.refund.outRefundNumber)")
      : .notRefunded(.notFound, reason: "no such refund")
  }

  func bill(of day: SchoolDay) async throws -> PlatformBill {
    PlatformBill(
      payments.withLock { payments in
        payments.map { number, payment in
          BilledLine(
            platform: id, outTradeNumber: number.text, charged: payment.amount,
            refunded: payment.refunds.values.reduce(.zero, +))
        }
      })
  }

  // MARK: What it has not

  struct NotOffered: Error {}

  func credential(for terminal: TerminalID, rawData: String) async throws -> PlatformCredential {
    throw NotOffered()
  }

  func standing(of user: OutUserID) async throws -> FaceUserStanding? { throw NotOffered() }

  func request(for order: Order, at till: SellingTill) throws(UnsendableRequest) -> PlatformRequest {
    throw UnsendableRequest(reason: "only payment codes are taken here")
  }

  func deduct(_ order: Order, by request: PlatformRequest) async -> Deduction {
    .notCharged(.forGood, reason: "only payment codes are taken here")
  }

  func cancel(_ number: OutTradeNumber) async -> Cancellation { .notOffered }

  func event(from headers: [String: String], body: Data) throws(EventRefusal) -> PlatformEvent {
    throw .notOurs
  }
}

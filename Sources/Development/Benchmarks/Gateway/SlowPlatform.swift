import CanteenCore
import Foundation
import PaymentPlatform
import Synchronization

/// A platform that charges every order, 200 ms after it was asked; one order it never answers.
final class SlowPlatform: PaymentPlatform {
  private static let time: Duration = .milliseconds(200)

  let terms = PlatformTerms.unnamed
  private let stalls: String?
  private let answered = Mutex(0)
  private let stall: AsyncStream<Never>
  private let stallEnds: AsyncStream<Never>.Continuation

  init(stalls: String?) {
    self.stalls = stalls
    (stall, stallEnds) = AsyncStream.makeStream()
  }

  func endStall() { stallEnds.finish() }

  func waitUntilAnswered(_ count: Int) async {
    while answered.withLock({ $0 < count }) { try? await Task.sleep(for: .milliseconds(5)) }
  }

  func request(for order: Order, at till: SellingTill) throws(UnsendableRequest) -> PlatformRequest {
    PlatformRequest(body: Data((order.means.facePayment?.faceToken ?? "").utf8))
  }

  func deduct(_ order: Order, by request: PlatformRequest) async -> Deduction {
    if order.outTradeNumber.text == stalls {
      for await _ in stall {}
      return .unknown(reason: "timeout")
    }
    try? await Task.sleep(for: Self.time)
    answered.withLock { $0 += 1 }
    return .charged(transactionID: "T-\(order.outTradeNumber)", advanced: false)
  }

  func query(_ order: SentOrder) async -> Deduction { .unknown(reason: "nobody asks") }
  func cancel(_ number: OutTradeNumber) async -> Cancellation { .notOffered }
  func request(for refund: Refund, of order: SentOrder) throws(UnsendableRequest) -> PlatformRequest {
    throw UnsendableRequest(reason: "nobody asks")
  }
  func refund(_ refund: SentRefund, by request: PlatformRequest) async -> RefundOutcome {
    .unknown(reason: "nobody asks")
  }
  func queryRefund(_ refund: SentRefund) async -> RefundOutcome { .unknown(reason: "nobody asks") }
  func standing(of user: OutUserID) async throws -> FaceUserStanding? { nil }
  func bill(of day: SchoolDay) async throws -> PlatformBill { PlatformBill([]) }
  func credential(for terminal: TerminalID, rawData: String) async throws -> PlatformCredential {
    PlatformCredential(platform: id, text: "", merchant: [:])
  }
  func event(from headers: [String: String], body: Data) throws(EventRefusal) -> PlatformEvent {
    throw .notOurs
  }
}

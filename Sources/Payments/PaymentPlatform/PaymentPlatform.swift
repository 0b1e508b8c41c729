public import CanteenCore
public import Foundation

/// What a payment platform does for a school. Each platform conforms to it directly and passes the same
/// conformance suite. What only some platforms can do is in further protocols, so that this one need not
/// change.
///
/// Every answer about money says that it moved, that it did not, or that it may have. In the last case the
/// platform is queried, and nothing new is sent.
public protocol PaymentPlatform: Sendable {
  var terms: PlatformTerms { get }

  /// What lets a till recognise and collect.
  ///
  /// - Parameter rawData: what the till says about itself, as text; the platform binds its credential to it.
  func credential(for terminal: TerminalID, rawData: String) async throws -> PlatformCredential
  /// Whether the guardian's contract is signed and the user not blocked; nil for an unknown user.
  func standing(of user: OutUserID) async throws -> FaceUserStanding?
  /// The request for the money of one order. A function of the order and the platform's settings of the moment.
  func request(for order: Order, at till: SellingTill) throws(UnsendableRequest) -> PlatformRequest
  /// Takes the money of one order, once: the same request again is the same charge.
  func deduct(_ order: Order, by request: PlatformRequest) async -> Deduction
  /// What became of an order that was sent before. An answer about another amount or merchant is no answer.
  func query(_ order: SentOrder) async -> Deduction
  /// Keeps an order that was sent from being charged.
  func cancel(_ number: OutTradeNumber) async -> Cancellation
  /// The request to give money of an order back. A function of the refund and the platform's settings of the moment.
  ///
  /// - Parameter order: what the platform took, and by which request.
  func request(for refund: Refund, of order: SentOrder) throws(UnsendableRequest) -> PlatformRequest
  /// Gives money of an order back, once: the same request again is the same refund.
  func refund(_ refund: SentRefund, by request: PlatformRequest) async -> RefundOutcome
  /// What became of a refund that was sent before. An answer about another amount or order is no answer.
  func queryRefund(_ refund: SentRefund) async -> RefundOutcome
  /// Everything the platform did on one day, from its bill.
  ///
  /// - Throws: ``BillUnavailable`` when there is none yet.
  func bill(of day: SchoolDay) async throws -> PlatformBill
  /// What a notification is about. It is only a hint: its receiver must query the platform.
  ///
  /// - Parameters:
  ///   - headers: by name, in any case.
  ///   - body: the bytes as received.
  func event(from headers: [String: String], body: Data) throws(EventRefusal) -> PlatformEvent
}

extension PaymentPlatform {
  public var id: PlatformID { terms.platform }
}

/// A platform that collects from a payment code, online.
public protocol OffersPaymentCode: PaymentPlatform {
  /// Has a code charged for an order, and waits until the outcome is known or cannot be known now. The same
  /// number again is the same charge.
  func collect(_ order: Order, with code: PaymentCode, at terminal: TerminalID) async -> Deduction
}

public struct FaceUserStanding: Sendable, Equatable {
  public let platformUserID: String
  /// nil when the user may pay.
  public let bar: UserBar?

  public var mayPay: Bool { bar == nil }

  public init(platformUserID: String, bar: UserBar?) {
    self.platformUserID = platformUserID
    self.bar = bar
  }
}

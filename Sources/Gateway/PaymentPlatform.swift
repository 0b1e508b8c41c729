import CanteenCore
import GatewayProtocol

/// What a payment platform does for this school. An error always says whether money may have moved.
protocol PaymentPlatform: Sendable {
  /// The credential that lets a till recognise faces.
  func authinfo(for terminal: TerminalID, rawData: String) async throws -> String
  /// Whether the guardian's contract is signed and the user not blocked; nil for an unknown user.
  func standing(of user: OutUserID) async throws -> FaceUserStanding?
  func deduct(_ order: Order, at terminal: TerminalID) async -> Deduction
  /// What became of an order that was sent before.
  func deduction(of number: OutTradeNumber) async -> Deduction
}

struct FaceUserStanding: Sendable, Equatable {
  let platformUserID: String
  let mayPay: Bool
}

/// The platform's answer about one order.
enum Deduction: Sendable, Equatable {
  case charged(transactionID: String, advanced: Bool)
  case notCharged(Refusal, reason: String)
  /// The money may or may not have moved: ask, never send something new.
  case unknown(reason: String)

  enum Refusal: Sendable, Equatable {
    case insufficientFunds
    /// A limit of the day is used up.
    case overLimit
    case riskRejected
    case forGood
    case tryLater
    /// The platform has never heard of the order.
    case notFound
  }
}

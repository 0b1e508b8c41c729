import CanteenCore
import Foundation
import WeChatPay

/// WeChat Pay's K12 face payment as this gateway's platform.
struct WeChatPlatform: PaymentPlatform {
  let client: WeChatPayClient
  let subMerchant: String
  let organization: OrganizationID
  let organizationName: String

  func authinfo(for terminal: TerminalID, rawData: String) async throws -> String {
    try await client.authinfo(
      device: terminal, rawData: rawData, organization: organization, subMerchant: subMerchant)
  }

  func standing(of user: OutUserID) async throws -> FaceUserStanding? {
    do {
      let record = try await client.faceUser(user, in: organization)
      return FaceUserStanding(platformUserID: record.userID, bar: record.bar)
    } catch {
      // `catch .notFound` alone crashes Swift 6.2.3, which compiles for Debian's arm64.
      guard case .notFound = error else { throw error }
      return nil
    }
  }

  func deduct(_ order: Order, at terminal: TerminalID) async -> Deduction {
    guard let payment = order.means.facePayment else {
      return .notCharged(.forGood, reason: "the order carries no face token")
    }
    let deduction = FaceDeduction(
      authCode: payment.faceToken, subMerchant: subMerchant, outTradeNumber: order.outTradeNumber,
      description: "\(organizationName) 食堂", amount: order.toCollect, deviceIP: "127.0.0.1",
      attach: terminal.text)
    return Deduction(await client.deduct(deduction))
  }

  func refund(_ refund: Refund, charged: Fen) async -> RefundAnswer {
    RefundAnswer(
      await client.refund(
        OrderRefund(
          subMerchant: subMerchant, outTradeNumber: refund.outTradeNumber,
          outRefundNumber: refund.outRefundNumber, amount: refund.amount, total: charged,
          reason: refund.reason)))
  }

  func refund(numbered number: OutRefundNumber) async -> RefundAnswer {
    RefundAnswer(await client.refund(outRefundNumber: number, subMerchant: subMerchant))
  }

  func bill(of day: SchoolDay) async throws -> [BilledLine] {
    do {
      return try await client.tradeBill(on: day, subMerchant: subMerchant).map { line in
        BilledLine(outTradeNumber: line.outTradeNumber, charged: line.amount, refunded: line.refundAmount)
      }
    } catch .noBusiness {
      return []
    } catch {
      throw BillUnavailable(reason: error.description)
    }
  }

  func deduction(of number: OutTradeNumber) async -> Deduction {
    Deduction(await client.deduction(outTradeNumber: number, subMerchant: subMerchant))
  }
}

extension FaceUserRecord {
  fileprivate var bar: UserBar? {
    if contractState != .contracted { return .contractEnded }
    return status == .normal ? nil : .blocked
  }
}

extension Deduction {
  fileprivate init(_ outcome: DeductionOutcome) {
    switch outcome {
    case .charged(let transactionID, let advanced):
      self = .charged(transactionID: transactionID, advanced: advanced)
    case .unknown(let reason):
      self = .unknown(reason: reason.description)
    case .notCharged(let code, let message, let kind):
      // The order itself is sound: the user's day or the order's tries of today are used up.
      let isOverLimit = code == "RULE_LIMIT"
      self = .notCharged(isOverLimit ? .overLimit : Refusal(kind), reason: "\(code) \(message)")
    }
  }
}

extension Deduction.Refusal {
  fileprivate init(_ kind: DeductionOutcome.RefusalKind) {
    self =
      switch kind {
      case .insufficientFunds: .insufficientFunds
      case .riskRejected: .riskRejected
      case .refusedForGood: .forGood
      case .tryLater: .tryLater
      case .doesNotExist: .notFound
      }
  }
}

extension RefundAnswer {
  fileprivate init(_ outcome: RefundOutcome) {
    switch outcome {
    case .refunded(let refundID): self = .refunded(refundID: refundID)
    case .processing: self = .processing
    case .unknown(let reason): self = .unknown(reason: reason.description)
    case .notRefunded(let code, let message, let kind):
      let refusal: Refusal =
        switch kind {
        case .refusedForGood: .forGood
        case .tryLater: .tryLater
        case .doesNotExist: .notFound
        }
      self = .notRefunded(refusal, reason: "\(code) \(message)")
    }
  }
}

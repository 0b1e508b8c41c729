import CanteenCore
import Foundation
import NIOHTTP1
import PaymentPlatform
import Testing
import WeChatPay

extension OrderRefund {
  var sent: SentRefund {
    SentRefund(
      Refund(
        outRefundNumber: outRefundNumber, outTradeNumber: outTradeNumber, amount: amount, operatorID: nil,
        reason: reason ?? ""), charged: total)
  }
}

extension WeChatPayClient {
  func refund(_ refund: OrderRefund) async -> RefundOutcome {
    guard let body = try? refund.body() else { return .unknown(reason: "no body") }
    return await self.refund(refund.sent, by: PlatformRequest(body: body))
  }
}

/// Refunds, as a gateway asks for them and as the control interface shows them.
extension Stage {
  struct RefundRow: Decodable, Equatable {
    let out_refund_no: String
    let refund_id: String
    let amount_fen: Int64
    let status: String
    let attempts: Int
  }

  /// Lets the student pay an order.
  func pay(_ number: String, amount: Int64 = 1_250, userID: String) async throws {
    let outcome = await client.deduct(try await deduction(of: userID, number: number, amount: amount))
    guard case .charged = outcome else {
      Issue.record("\(number) was not paid: \(outcome)")
      return
    }
  }

  func refund(
    _ refundNumber: String, of number: String = "order-0001", amount: Int64 = 1_250, total: Int64 = 1_250,
    reason: String? = nil
  ) throws -> OrderRefund {
    OrderRefund(
      subMerchant: try self["sub_mchid"], outTradeNumber: try OutTradeNumber(number),
      outRefundNumber: try OutRefundNumber(refundNumber), amount: Fen(amount), total: Fen(total),
      reason: reason)
  }

  func queryRefund(_ refundNumber: String, amount: Int64 = 1_250) async throws -> RefundOutcome {
    let refund = try refund(refundNumber, amount: amount)
    return await client.refund(queriedAs: refund.sent, subMerchant: refund.subMerchant)
  }

  func refunds(of number: String = "order-0001") async throws -> [RefundRow] {
    struct Row: Decodable {
      let out_trade_no: String
      let refunds: [RefundRow]
    }
    let rows = try await control(.GET, "transactions", nil, as: [Row].self)
    return try #require(rows.first { $0.out_trade_no == number }).refunds
  }

  func balance(of outUserID: String = "student-01") async throws -> Int64 {
    struct Account: Decodable { let balance_fen: Int64 }
    return try await control(.PATCH, "contracts/\(outUserID)", [:], as: Account.self).balance_fen
  }

  func refundFault(_ kind: String, count: Int = 1) async throws {
    struct Planned: Decodable { let operation: String }
    let fields: [String: any Sendable] = ["kind": kind, "count": count, "operation": "refund"]
    _ = try await control(.POST, "faults", fields, as: Planned.self)
  }

  func pace(_ fields: [String: any Sendable]) async throws {
    struct Pace: Decodable { let bills: String }
    _ = try await control(.PATCH, "pace", fields, as: Pace.self)
  }

  func decide(_ refundNumber: String, _ status: String) async throws {
    _ = try await control(.PATCH, "refunds/\(refundNumber)", ["status": status], as: RefundRow.self)
  }
}

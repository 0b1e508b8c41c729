public import CanteenCore
import GRDB

/// One refund as the till knows it.
public struct BookedRefund: Sendable, Hashable {
  public let refund: Refund
  public let state: RefundState

  init(row: Row) throws {
    refund = Refund(
      outRefundNumber: try OutRefundNumber(row["out_refund_no"]),
      outTradeNumber: try OutTradeNumber(row["out_trade_no"]), amount: Fen(row["amount_fen"]),
      operatorID: try (row["operator"] as String?).map { try OperatorID($0) }, reason: row["reason"])
    state = try row.word("state")
  }
}

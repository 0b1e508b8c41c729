import CanteenCore
import Foundation
import GatewayProtocol

/// All orders of one day for a spreadsheet.
enum DayOrders {
  static func csv(_ orders: [GatewayOrder], at clock: SchoolClockFace) -> Data {
    var table = CSVTable(header: [
      "day", "accepted_at", "utc_offset", "terminal_id", "out_trade_no", "out_user_id", "period",
      "amount_mode", "operator",
      "state", "amount_yuan", "subsidy_yuan", "to_collect_yuan", "refunded_yuan", "transaction_id", "reason",
      "payer", "collection", "platform",
    ])
    for order in orders {
      table.add([
        .text(order.day), .text(clock.text(order.acceptedAt)), .text(clock.offset), .text(order.terminal),
        .text(order.outTradeNumber), .text(order.outUserID ?? ""), .text(order.period), .text(order.mode),
        .text(order.operatorID), .text(order.state), .money(order.amount), .money(order.subsidy),
        .money(order.toCollect), .money(order.refunded), .text(order.transactionID ?? ""),
        .text(order.reason ?? ""), .text(order.payer.rawValue), .text(order.collection.rawValue),
        .text(order.platform.text),
      ])
    }
    return table.contents
  }
}

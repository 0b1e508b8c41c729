import CanteenCore
import Foundation

/// All orders of one day for a spreadsheet.
enum DayOrders {
  struct Order: Decodable {
    let out_trade_no, terminal_id, amount_mode, period, day, `operator`, state: String
    let payer, collection, platform: String
    let out_user_id, transaction_id, reason: String?
    let amount_fen, subsidy_fen, to_collect_fen, refunded_fen: Fen
    let accepted_at: Timestamp
  }

  static func csv(_ orders: [Order]) -> Data {
    var table = CSVTable(header: [
      "day", "accepted_at", "terminal_id", "out_trade_no", "out_user_id", "period", "amount_mode", "operator",
      "state", "amount_yuan", "subsidy_yuan", "to_collect_yuan", "refunded_yuan", "transaction_id", "reason",
      "payer", "collection", "platform",
    ])
    for order in orders {
      table.add([
        .text(order.day), .text(local(order.accepted_at)), .text(order.terminal_id),
        .text(order.out_trade_no),
        .text(order.out_user_id ?? ""), .text(order.period), .text(order.amount_mode), .text(order.operator),
        .text(order.state), .money(order.amount_fen), .money(order.subsidy_fen), .money(order.to_collect_fen),
        .money(order.refunded_fen), .text(order.transaction_id ?? ""), .text(order.reason ?? ""),
        .text(order.payer), .text(order.collection), .text(order.platform),
      ])
    }
    return table.contents
  }
}

import CanteenCore
import Foundation
import OrderLedger

/// One order on paper: plain text for a printer of 32 columns.
struct Receipt: Sendable {
  let order: Order
  let booked: BookedOrder
  let school: String
  let isCopy: Bool

  var text: String {
    var lines = [school, isCopy ? "消费小票 (补打)" : "消费小票", "单号 \(order.outTradeNumber)"]
    let time = Date(timeIntervalSince1970: Double(order.acceptedAt.secondsSince1970))
    lines.append(
      "时间 " + time.formatted(.iso8601.dateTimeSeparator(.space).time(includingFractionalSeconds: false)))
    if let name = order.user?.displayName { lines.append("姓名 \(name)") }
    for line in order.lines {
      lines.append("\(line.name) x\(line.quantity)  ¥\(Fen(line.price.count * Int64(line.quantity)).yuan)")
    }
    switch order.amountMode {
    case .count: lines.append("计次 1 餐")
    case .manual, .fixed, .menu: lines.append("金额 ¥\(order.amount.yuan)")
    }
    if order.subsidy > .zero {
      lines.append("补贴 ¥\(order.subsidy.yuan)")
      lines.append("个人 ¥\(order.toCollect.yuan)")
    }
    if booked.refunded > .zero { lines.append("已退 ¥\(booked.refunded.yuan)") }
    lines.append("状态 \(booked.state.rawValue)")
    return lines.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
  }
}

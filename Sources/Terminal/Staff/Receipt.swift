import CanteenCore
import TillAPI

/// One order on paper: plain text for a printer of 32 columns.
struct Receipt: Sendable {
  let order: Order
  let booked: BookedOrder
  let school: String
  let isCopy: Bool
  let plan: MealPlan

  var text: String {
    var lines = [school, isCopy ? "消费小票 (补打)" : "消费小票", "单号 \(order.outTradeNumber)"]
    lines.append("时间 \(plan.schoolTime(order.acceptedAt))")
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
    lines.append("状态 \(booked.state.onPaper)")
    return lines.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
  }
}

extension OrderState {
  /// In the words of a receipt.
  fileprivate var onPaper: String {
    switch self {
    case .accepted, .queued, .uploaded: "已下单"
    case .paid: "已支付"
    case .advanced: "已支付 (平台垫付)"
    case .delayed: "延迟扣款"
    case .riskRejected, .failed: "扣款失败"
    case .takenByStaff: "其他方式收款"
    case .nothingToCollect: "无需扣款"
    case .voided: "已撤销"
    case .refunded: "已退款"
    }
  }
}

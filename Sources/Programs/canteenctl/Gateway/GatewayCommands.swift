import ArgumentParser
import CanteenCore
import Foundation
import GatewayProtocol

struct GatewayOrdersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "orders-at-gateway", abstract: "The newest orders of all tills as the gateway has them.")

  @OptionGroup var options: GatewayOptions

  func run() async throws {
    try await orComplain {
      let call = try options.call()
      let answer = try await call.get("v1/admin/orders")
      if options.json { return printJSON(answer) }
      let clock = try await call.clockFace()
      for order in try JSONDecoder().decode([GatewayOrder].self, from: answer) {
        let columns = [
          clock.text(order.acceptedAt), order.terminal, order.outTradeNumber, "¥\(order.amount.yuan)",
          order.state, order.reason ?? order.transactionID ?? "",
        ]
        print(columns.joined(separator: "  "))
      }
    }
  }
}

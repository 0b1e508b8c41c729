import ArgumentParser
import CanteenCore
import Foundation
import GatewayProtocol
import NIOCore

struct PairingCodeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pairing-code", abstract: "A one-time code that makes a box a till, good for 15 minutes.")

  @OptionGroup var options: GatewayOptions

  @Argument(help: "Name of the new till, for example till-3.")
  var terminal: String

  private struct Code: Decodable {
    let code: String
    let expires_at: Timestamp
  }

  func run() async throws {
    try await orComplain {
      let body = try CanonicalJSON.text(["terminal_id": terminal])
      let call = try options.call()
      let clock = try await call.clockFace()
      let answer = try await call.post("v1/admin/pairing-codes", ByteBuffer(string: body))
      if options.json { return printJSON(answer) }
      let code = try JSONDecoder().decode(Code.self, from: answer)
      print("\(code.code)  (for \(terminal), until \(clock.text(code.expires_at)))")
    }
  }
}

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

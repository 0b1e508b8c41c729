import ArgumentParser
import CanteenCore
import Foundation

struct VoidCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "void", abstract: "Undo an order before its money is taken.")

  @OptionGroup var till: TillOptions
  @OptionGroup var staff: StaffOptions

  @Argument(help: "The order's number.")
  var order: String

  @Option(help: "Why, in 2 to 80 characters.")
  var reason: String

  func run() async throws {
    try await orComplain {
      let path = "api/orders/\(try orderNumber(order))/void"
      let answer = try await till.call.post(path, json: staff.credentials(reason: reason))
      if till.json { return printJSON(answer) }
      print("\(order): voided; if the money was taken meanwhile, the gateway gives it back")
    }
  }
}

struct RefundCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refund", abstract: "Give back the money of an order, whole or in part.")

  @OptionGroup var till: TillOptions
  @OptionGroup var staff: StaffOptions

  @Argument(help: "The order's number.")
  var order: String

  @Option(help: "Yuan, for example 3.50; without it all that is left.")
  var amount: String?

  @Option(help: "Why, in 2 to 80 characters.")
  var reason: String

  func run() async throws {
    try await orComplain {
      let path = "api/orders/\(try orderNumber(order))/refund"
      if let amount { _ = try checked { () throws(AmountError) in try Fen(yuan: amount) } }
      let answer = try await till.call.post(path, json: staff.credentials(reason: reason, yuan: amount))
      if till.json { return printJSON(answer) }
      let refund = try JSONDecoder().decode(Refund.self, from: answer)
      print("\(refund.outRefundNumber): ¥\(refund.amount.yuan) requested; the gateway gives it back")
    }
  }
}

struct ReceiptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receipt", abstract: "The receipt of an order once more, as text.",
    discussion: "That it was printed again is in the audit log.")

  @OptionGroup var till: TillOptions
  @OptionGroup var staff: StaffOptions

  @Argument(help: "The order's number.")
  var order: String

  private struct Receipt: Decodable {
    let text: String
  }

  func run() async throws {
    try await orComplain {
      let path = "api/orders/\(try orderNumber(order))/receipt"
      let answer = try await till.call.post(path, json: staff.credentials())
      if till.json { return printJSON(answer) }
      print(try JSONDecoder().decode(Receipt.self, from: answer).text, terminator: "")
    }
  }
}

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "What staff did with their PIN, newest first.")

  @OptionGroup var till: TillOptions

  @Option(help: "How many.")
  var limit = 50

  private struct Line: Decodable {
    struct Record: Decodable {
      let `operator`, action: String
      let out_trade_no, reason: String?
    }
    let sequence: Int64
    let at: Timestamp
    let record: Record
  }

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be 1 to 10000.") }
  }

  func run() async throws {
    try await orComplain {
      let answer = try await till.call.get("api/audit?limit=\(limit)")
      if till.json { return printJSON(answer) }
      let lines = try JSONDecoder().decode([Line].self, from: answer)
      if lines.isEmpty { return print("nothing yet") }
      var table = TextTable(
        header: ["entry", "time", "operator", "action", "order", "reason"], figuresFrom: 6)
      for line in lines {
        let record = line.record
        table.add([
          "\(line.sequence)", local(line.at), record.operator, record.action, record.out_trade_no ?? "-",
          record.reason ?? "",
        ])
      }
      table.show()
    }
  }
}

func orderNumber(_ text: String) throws -> OutTradeNumber {
  try checked { () throws(OutTradeNumberError) in try OutTradeNumber(text) }
}

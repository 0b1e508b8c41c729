import ArgumentParser
import CanteenCore
import Foundation
import TillAPI

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
      let number = try orderNumber(order)
      let body = StaffReason(credentials: try staff.credentials(), reason: reason)
      let answer = try await till.call.ask(TillOperations.void, number, body)
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
      let number = try orderNumber(order)
      if let amount { _ = try checked { () throws(AmountError) in try Fen(yuan: amount) } }
      let body = RefundRequest(credentials: try staff.credentials(), reason: reason, yuan: amount)
      let answer = try await till.call.ask(TillOperations.refund, number, body)
      if till.json { return printJSON(answer.json) }
      let refund = try answer.value()
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

  func run() async throws {
    try await orComplain {
      let number = try orderNumber(order)
      let answer = try await till.call.ask(TillOperations.receipt, number, staff.credentials())
      if till.json { return printJSON(answer.json) }
      print(try answer.value().text, terminator: "")
    }
  }
}

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "What staff did with their PIN, newest first.")

  @OptionGroup var till: TillOptions

  @Option(help: "How many.")
  var limit = 50

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be 1 to 10000.") }
  }

  func run() async throws {
    try await orComplain {
      let answer = try await till.call.ask(TillOperations.audit, query: "limit=\(limit)")
      if till.json { return printJSON(answer.json) }
      let lines = try answer.value()
      if lines.isEmpty { return print("nothing yet") }
      let clock = try await till.clockFace()
      var table = TextTable(
        header: ["entry", "time", "operator", "action", "order", "reason"], figuresFrom: 6)
      for line in lines {
        let record = line.record
        table.add([
          "\(line.sequence)", clock.text(line.at), record.operatorID.text, record.action.rawValue,
          record.outTradeNumber?.text ?? "-",
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

import ArgumentParser
import CanteenCore
import Foundation
import NIOCore

struct ReconcileCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconcile",
    abstract: "Compare what tills signed, what the gateway kept and what the platform billed on one day.",
    discussion:
      "Exits with 1 when money is left that no named difference explains, or when something needs a person.")

  @OptionGroup var options: GatewayOptions

  @Option(help: "The day at the school, for example 2026-11-21.")
  var date: String

  private struct Report: Decodable {
    struct Unsent: Decodable {
      let terminal_id: String
      let orders: Int
      let amount_fen: Fen
    }
    let orders: Int
    let booked_fen, collected_fen, unexplained_fen: Fen
    let differences: [Reconciliation.Difference]
    let unsent_at_tills: [Unsent]
    let attention: [Attention]

    struct Attention: Decodable {
      let kind: String
      let out_trade_no: String?
      let amount_fen: Fen?
      let text: String
    }
  }

  func run() async throws {
    try await orComplain {
      let day = try checked { () throws(SchoolDayError) in try SchoolDay(date) }
      let answer = try await options.call().get("v1/admin/reconciliation/\(day)", within: .minutes(5))
      let report = try JSONDecoder().decode(Report.self, from: answer)
      if options.json { printJSON(answer) } else { show(report) }
      if report.unexplained_fen != .zero || !report.attention.isEmpty { throw ExitCode.failure }
    }
  }

  private func show(_ report: Report) {
    var table = TextTable(header: ["", "orders", "yuan"], figuresFrom: 1)
    table.add(["booked by tills", "\(report.orders)", report.booked_fen.yuan])
    for name in Reconciliation.Name.allCases {
      let found = report.differences.filter { $0.name == name }
      guard !found.isEmpty else { continue }
      table.add([
        (name.isExplained ? "" : "! ") + name.rawValue, "\(found.count)",
        found.reduce(Fen.zero) { $0 + $1.amount }.yuan,
      ])
    }
    table.add(["collected by the platform", "", report.collected_fen.yuan])
    for till in report.unsent_at_tills {
      table.add(["not sent yet by \(till.terminal_id)", "\(till.orders)", till.amount_fen.yuan])
    }
    table.show()
    for difference in report.differences where !difference.name.isExplained {
      print("! \(difference.number)  \(difference.name.rawValue)  ¥\(difference.amount.yuan)")
    }
    for item in report.attention { print("! \(Self.described(item))") }
    print("unexplained ¥\(report.unexplained_fen.yuan)")
  }

  private static func described(_ item: Report.Attention) -> String {
    let what = [item.out_trade_no, item.amount_fen.map { "¥\($0.yuan)" }].compactMap(\.self)
      .joined(separator: "  ")
    let task =
      switch item.kind {
      case "overdue": "is overdue (\(item.text)); look at the gateway's log"
      case "refund_abnormal": "\(item.text) is stuck: choose another way on the platform's merchant pages"
      case "merchant_refused": "nothing is collected, the platform refuses the merchant: \(item.text)"
      case "carried_too_late":
        "\(item.text) were carried here too late; run `canteenctl ledger recover` there"
      default: item.text
      }
    return [what, task].filter { !$0.isEmpty }.joined(separator: "  ")
  }
}

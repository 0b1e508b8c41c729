import ArgumentParser
import CanteenCore
import Foundation
import NIOCore

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "What each till and the whole school sold on one day.")

  @OptionGroup var options: GatewayOptions

  @Option(help: "The day at the school, for example 2026-11-21.")
  var date: String

  @Option(help: "Also write every order of the day into this file, for spreadsheet programs.")
  var csv: String?

  @Flag(help: "Replace the file when it exists.")
  var force = false

  fileprivate struct Line: Decodable {
    let terminal_id, period, amount_mode, `operator`, payer, collection, state: String
    let orders: Int
    let amount_fen, subsidy_fen, to_collect_fen, refunded_fen: Fen
  }

  func run() async throws {
    try await orComplain {
      let day = try checked { () throws(SchoolDayError) in try SchoolDay(date) }
      let place = try csv.map { try NewFile($0, mayReplace: force) }
      let call = try options.call()
      if let place {
        let orders = try await call.get("v1/admin/orders/\(day)", atMost: 1 << 30, within: .minutes(10))
        try place.write(DayOrders.csv(JSONDecoder().decode([DayOrders.Order].self, from: orders)))
      }
      let answer = try await call.get("v1/admin/reports/\(day)")
      if options.json { return printJSON(answer) }
      show(try JSONDecoder().decode([Line].self, from: answer))
      if let place { print("orders written to \(place.path)") }
    }
  }

  private func show(_ lines: [Line]) {
    if lines.isEmpty { return print("no orders on \(date)") }
    var table = TextTable(
      header: [
        "till", "meal", "mode", "operator", "payer", "collection", "state", "orders", "amount", "subsidy",
        "to collect", "refunded",
      ], figuresFrom: 7)
    for (till, lines) in Dictionary(grouping: lines, by: \.terminal_id).sorted(by: { $0.key < $1.key }) {
      for line in lines {
        let names = [
          line.period, line.amount_mode, line.operator, line.payer, line.collection, line.state,
        ].map { $0.isEmpty ? "-" : $0 }
        table.add([till] + names + figures(of: [line]))
      }
      table.add([till, "standing in all", "", "", "", "", ""] + sums(of: lines))
    }
    table.add(["school", "standing in all", "", "", "", "", ""] + sums(of: lines))
    table.show()
  }

  /// Of what stands; refunds count wherever they were made.
  private func sums(of lines: [Line]) -> [String] {
    var sums = figures(of: lines.filter { OrderState(rawValue: $0.state)?.stands == true })
    sums[4] = lines.reduce(Fen.zero) { $0 + $1.refunded_fen }.yuan
    return sums
  }

  private func figures(of lines: [Line]) -> [String] {
    func sum(_ amount: KeyPath<Line, Fen>) -> String {
      lines.reduce(Fen.zero) { $0 + $1[keyPath: amount] }.yuan
    }
    return [
      "\(lines.reduce(0) { $0 + $1.orders })", sum(\.amount_fen), sum(\.subsidy_fen), sum(\.to_collect_fen),
      sum(\.refunded_fen),
    ]
  }
}

import ArgumentParser
import CanteenCore
import Foundation
import GatewayProtocol
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

  func run() async throws {
    try await orComplain {
      let day = try checked { () throws(SchoolDayError) in try SchoolDay(date) }
      let place = try csv.map { try NewFile($0, mayReplace: force) }
      let call = try options.call()
      if let place {
        let orders = try await call.get("v1/admin/orders/\(day)", atMost: 1 << 30, within: .minutes(10))
        let clock = try await call.clockFace()
        try await place.write(
          DayOrders.csv(JSONDecoder().decode([GatewayOrder].self, from: orders), at: clock))
      }
      let answer = try await call.get("v1/admin/reports/\(day)")
      if options.json { return printJSON(answer) }
      show(try JSONDecoder().decode([DayReportLine].self, from: answer))
      if let place { print("orders written to \(place.path)") }
    }
  }

  private func show(_ lines: [DayReportLine]) {
    if lines.isEmpty { return print("no orders on \(date)") }
    var table = TextTable(
      header: [
        "till", "meal", "mode", "operator", "payer", "collection", "state", "orders", "amount", "subsidy",
        "to collect", "refunded",
      ], figuresFrom: 7)
    for (till, lines) in Dictionary(grouping: lines, by: \.terminal).sorted(by: { $0.key < $1.key }) {
      for line in lines {
        let names = [
          line.period, line.mode, line.operatorID, line.payer.rawValue, line.collection.rawValue, line.state,
        ].map { $0.isEmpty ? "-" : $0 }
        table.add([till] + names + figures(of: [line]))
      }
      table.add([till, "standing in all", "", "", "", "", ""] + sums(of: lines))
    }
    table.add(["school", "standing in all", "", "", "", "", ""] + sums(of: lines))
    table.show()
  }

  /// Sums over the orders that stand; refunds are summed over all orders.
  private func sums(of lines: [DayReportLine]) -> [String] {
    var sums = figures(of: lines.filter { OrderState(rawValue: $0.state)?.stands == true })
    sums[4] = lines.reduce(Fen.zero) { $0 + $1.refunded }.yuan
    return sums
  }

  private func figures(of lines: [DayReportLine]) -> [String] {
    func sum(_ amount: KeyPath<DayReportLine, Fen>) -> String {
      lines.reduce(Fen.zero) { $0 + $1[keyPath: amount] }.yuan
    }
    return [
      "\(lines.reduce(0) { $0 + $1.orders })", sum(\.amount), sum(\.subsidy), sum(\.toCollect),
      sum(\.refunded),
    ]
  }
}

import ArgumentParser
import CanteenCore
import Foundation

struct ShiftCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shift", abstract: "Open and close the till's shifts; their reports.",
    subcommands: [Open.self, Close.self, Report.self])

  struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Begin a shift.")

    @OptionGroup var till: TillOptions
    @OptionGroup var staff: StaffOptions

    func run() async throws {
      try await orComplain {
        let answer = try await till.call.post("api/shift/open", json: staff.credentials())
        if till.json { return printJSON(answer) }
        let shift = try JSONDecoder().decode(Shift.self, from: answer)
        print("shift \(shift.number) of \(shift.operatorID) is open since \(local(shift.openedAt))")
      }
    }
  }

  struct Close: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "End the shift and print its report.")

    @OptionGroup var till: TillOptions
    @OptionGroup var staff: StaffOptions

    func run() async throws {
      try await orComplain {
        let answer = try await till.call.post("api/shift/close", json: staff.credentials())
        if till.json { return printJSON(answer) }
        try JSONDecoder().decode(ShiftFigures.self, from: answer).show()
      }
    }
  }

  struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What was sold in the open shift, or in an earlier one.")

    @OptionGroup var till: TillOptions

    @Option(help: "Number of the shift; without it the open one.")
    var number: Int64?

    func run() async throws {
      try await orComplain {
        let answer = try await till.call.get("api/shift\(number.map { "?number=\($0)" } ?? "")")
        if till.json { return printJSON(answer) }
        try JSONDecoder().decode(ShiftFigures.self, from: answer).show()
      }
    }
  }
}

/// A shift's report as the till answers it.
private struct ShiftFigures: Decodable {
  struct Line: Decodable {
    let period, mode, `operator`, state: String
    let orders: Int
    let amount_fen, subsidy_fen, to_collect_fen, refunded_fen: Fen
  }
  let shift: Shift
  let lines: [Line]
  let orders: Int
  let amount_fen, subsidy_fen, to_collect_fen, refunded_fen: Fen

  func show() {
    print("shift \(shift.number) of \(shift.operatorID), opened \(local(shift.openedAt))")
    var table = TextTable(
      header: [
        "meal", "mode", "operator", "state", "orders", "amount", "subsidy", "to collect", "refunded",
      ], figuresFrom: 4)
    for line in lines {
      let names = [line.period, line.mode, line.operator, line.state].map { $0.isEmpty ? "-" : $0 }
      table.add(
        names + ["\(line.orders)"]
          + [line.amount_fen, line.subsidy_fen, line.to_collect_fen, line.refunded_fen].map(\.yuan))
    }
    table.add(
      ["standing in all", "", "", "", "\(orders)"]
        + [amount_fen, subsidy_fen, to_collect_fen, refunded_fen].map(\.yuan))
    table.show()
  }
}

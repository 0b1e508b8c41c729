import ArgumentParser
import CanteenCore
import Foundation
import TillAPI

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
        let clock = try await till.clockFace()
        let answer = try await till.call.ask(TillOperations.openShift, nil, staff.credentials())
        if till.json { return printJSON(answer.json) }
        let shift = try answer.value()
        print("shift \(shift.number) of \(shift.operatorID) is open since \(clock.text(shift.openedAt))")
      }
    }
  }

  struct Close: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "End the shift and print its report.")

    @OptionGroup var till: TillOptions
    @OptionGroup var staff: StaffOptions

    func run() async throws {
      try await orComplain {
        let clock = try await till.clockFace()
        let answer = try await till.call.ask(TillOperations.closeShift, nil, staff.credentials())
        if till.json { return printJSON(answer.json) }
        try answer.value().show(at: clock)
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
        let answer = try await till.call.ask(TillOperations.shift, query: number.map { "number=\($0)" })
        if till.json { return printJSON(answer.json) }
        try answer.value().show(at: await till.clockFace())
      }
    }
  }
}

extension ShiftReport {
  fileprivate func show(at clock: SchoolClockFace) {
    print("shift \(shift.number) of \(shift.operatorID), opened \(clock.text(shift.openedAt))")
    var table = TextTable(
      header: [
        "meal", "mode", "operator", "state", "orders", "amount", "subsidy", "to collect", "refunded",
      ], figuresFrom: 4)
    for line in lines {
      let names = [line.period, line.mode, line.operatorID, line.state.rawValue].map { $0.isEmpty ? "-" : $0 }
      table.add(
        names + ["\(line.orders)"]
          + [line.amount, line.subsidy, line.toCollect, line.refunded].map(\.yuan))
    }
    table.add(
      ["standing in all", "", "", "", "\(orders)"]
        + [amount, subsidy, toCollect, refunded].map(\.yuan))
    table.show()
  }
}

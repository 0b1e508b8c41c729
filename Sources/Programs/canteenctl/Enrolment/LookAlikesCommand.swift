import ArgumentParser
import CanteenCore
import Foundation
import GatewayProtocol

struct LookAlikesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "look-alikes",
    abstract: "Who looks like whom, where the line is drawn, and who must be enrolled anew.",
    discussion: """
      A pair is listed when its score reaches the threshold less the margin. Tills ask either of them for the last \
      four digits of the guardian's phone, unless both have the same guardian account.
      """)

  @OptionGroup var options: GatewayOptions

  func run() async throws {
    try await orComplain {
      let report = try await EnrolmentCall(call: options.call()).lookAlikes()
      if options.json { return printJSON(try CanonicalJSON.data(report)) }
      show(report)
    }
  }

  private func show(_ report: LookAlikeReport) {
    let impostors = report.scoreModel.impostors
    printTable([
      ("people", "\(report.people)"),
      ("threshold", threeDecimals(report.threshold)),
      ("margin", threeDecimals(report.margin)),
      (
        "score model",
        (impostors.people == 0 ? "assumed" : "fitted on \(impostors.people) people")
          + " (mean \(threeDecimals(impostors.mean)), deviation \(threeDecimals(impostors.deviation)), "
          + "scatter \(threeDecimals(report.scoreModel.scatter)))"
      ),
      ("pairs that look alike", "\(report.pairs.count)"),
      ("to be enrolled anew", "\(report.enrolAnew.count)"),
    ])
    if !report.pairs.isEmpty {
      var table = TextTable(
        header: ["first", "name", "second", "name", "confirmed", "score"], figuresFrom: 5)
      for pair in report.pairs {
        table.add([
          pair.first.text, pair.firstName, pair.second.text, pair.secondName, pair.confirmed ? "yes" : "",
          threeDecimals(pair.score),
        ])
      }
      table.show()
    }
    for person in report.enrolAnew {
      let reason = person.enrolAnew == .otherModel ? "made with another model" : "damaged"
      print("! \(person.id) \(person.displayName): templates are \(reason); enrol with new photographs")
    }
  }

  private func threeDecimals(_ value: some BinaryFloatingPoint) -> String {
    String(format: "%.3f", Double(value))
  }
}

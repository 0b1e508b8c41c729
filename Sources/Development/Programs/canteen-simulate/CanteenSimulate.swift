import ArgumentParser
import Foundation
import Simulation

@main
struct CanteenSimulate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canteen-simulate",
    abstract: "Play whole lunches under virtual time and prove that nothing is lost or doubled.",
    discussion: """
      Every seed is another lunch, and always the same one. The last line is JSON; when a lunch is not sound, \
      its seed and the shortest story that still shows it come before, and the exit code is 1.
      """)

  @Option(help: "How many lunches.")
  var seeds = 20

  @Option(help: "Play this one seed and print its story.")
  var seed: UInt64?

  @Option(help: "The first seed of several.")
  var from: UInt64 = 1

  @Option(help: "Students in each lunch; as the seed says when it is not given.")
  var students: Int?

  private struct Figures: Encodable {
    var seeds = 0
    var lunches = 0
    var orders = 0
    var kills = 0
    var lost = 0
    var duplicated = 0
    var unexplained_fen: Int64 = 0
    /// How often each really occurred.
    var troubles: [String: Int] = [:]
    var seconds = 0.0
  }

  func validate() throws {
    guard (1...1_000_000).contains(seeds) else { throw ValidationError("--seeds must be 1 to 1000000.") }
    guard (1...100_000).contains(students ?? 1) else {
      throw ValidationError("--students must be 1 to 100000.")
    }
  }

  func run() async throws {
    let start = ContinuousClock.now
    var figures = Figures()
    var isSound = true
    let chosen = seed.map { [$0] } ?? (0..<UInt64(seeds)).map { from + $0 }
    for (index, seed) in chosen.enumerated() {
      let result = try await Stage.play(plan(for: seed))
      figures.seeds += 1
      figures.lunches += 1
      figures.orders += result.orders
      figures.kills += result.kills
      figures.lost += result.lost
      figures.duplicated += result.duplicated
      figures.unexplained_fen += result.unexplainedFen
      figures.troubles.merge(result.troubles, uniquingKeysWith: +)
      if self.seed != nil { printError(result.story.joined(separator: "\n")) }
      if !result.isSound {
        isSound = false
        try await explain(seed)
      }
      if (index + 1).isMultiple(of: 10) {
        printError("canteen-simulate: \(index + 1) of \(chosen.count) lunches, \(figures.orders) orders")
      }
    }
    figures.seconds = ((ContinuousClock.now - start) / .seconds(1) * 10).rounded() / 10
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    print(String(decoding: try encoder.encode(figures), as: UTF8.self))
    if !isSound { throw ExitCode.failure }
  }

  private func plan(for seed: UInt64) -> LunchPlan {
    var plan = LunchPlan.usual(seed: seed)
    if let students { plan.students = students }
    return plan
  }

  private func explain(_ seed: UInt64) async throws {
    printError(
      "canteen-simulate: seed \(seed) is not sound; looking for the shortest story (SEED=\(seed) plays it again)"
    )
    let (plan, result) = try await Stage.shrink(plan(for: seed))
    let troubles = plan.troubles.map(\.rawValue).sorted().joined(separator: ", ")
    printError(
      "\(plan.students) students, \(plan.tills) tills, with \(troubles.isEmpty ? "no trouble" : troubles)")
    printError((result.story.suffix(60) + result.findings).joined(separator: "\n"))
  }

  private func printError(_ text: String) {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
  }
}

import ArgumentParser
import FaceRecognition
import Foundation
import RecognitionTrials

@main
struct CanteenTheatre: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canteen-theatre",
    abstract: "Play films of several people before a till, and see whom it charges.",
    discussion: """
      Every seed is another film, and always the same one; the kinds take turns. A queue follows, in slots of three \
      seconds. The last line is JSON; the exit code is 1 when a wrong person, a stranger or a picture paid, or somebody \
      paid twice.
      """)

  @Option(help: "The folder of the portraits.")
  var portraits: String

  @Option(help: "The folder of the recognition models.")
  var models: String

  @Option(help: "How many films, and how many people in the queue.")
  var seeds = 20

  @Option(help: "The first seed.")
  var from: UInt64 = 1

  @Option(help: "Only films of this kind; a wrong name lists them all.")
  var kind: String?

  @Flag(help: "Tell what the till sees, frame by frame.")
  var story = false

  @Flag(help: "Leave the queue out.")
  var noQueue = false

  private struct Figures: Encodable {
    var films = 0
    var wrong_payer = 0
    var strangers_charged = 0
    var double = 0
    var missed = 0
    var attacks_accepted: [String: Int] = [:]
    var walk_in_to_order_ms: [String: Int] = [:]
    var queue: [String: Double] = [:]
  }

  func validate() throws {
    guard (1...100_000).contains(seeds) else { throw ValidationError("--seeds must be 1…100000.") }
    if let kind, Scene.Kind(rawValue: kind) == nil {
      let kinds = Scene.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--kind must be one of \(kinds).")
    }
  }

  func run() async throws {
    let recognizer: FaceRecognizer
    do {
      recognizer = try FaceRecognizer(models: RecognitionModels(folder: URL(filePath: models)))
    } catch {
      throw ValidationError("\(error)")
    }
    let (theatre, library) = try Theatre.usual(portraits: URL(filePath: portraits), recognizer: recognizer)
    let till = TheatreTill(recognizer: recognizer, library: library)
    let kinds = kind.flatMap(Scene.Kind.init).map { [$0] } ?? Scene.Kind.allCases.filter { $0 != .slot }
    var figures = Figures()
    for number in 0..<seeds {
      let seed = from + UInt64(number)
      let scene = try theatre.scene(kinds[number % kinds.count], seed: seed)
      let outcome = try await till.play(scene) { if story { tell($0) } }
      count(outcome, of: scene, seed: seed, in: &figures)
      if (number + 1).isMultiple(of: 20) { tell("\(number + 1) of \(seeds) films") }
    }
    if !noQueue { try await queue(theatre, till, &figures) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    print(String(decoding: try encoder.encode(figures), as: UTF8.self))
    let accepted = figures.attacks_accepted.values.reduce(0, +)
    if figures.wrong_payer + figures.strangers_charged + figures.double + accepted > 0 {
      throw ExitCode.failure
    }
  }

  private func count(_ outcome: TheatreTill.Outcome, of scene: Scene, seed: UInt64, in figures: inout Figures)
  {
    figures.films += 1
    let wrong = outcome.wrong(in: scene)
    if scene.isAttack {
      figures.attacks_accepted[scene.kind.rawValue, default: 0] += wrong.isEmpty ? 0 : 1
    } else {
      figures.wrong_payer += wrong.isEmpty ? 0 : 1
    }
    // While a stranger stands there and nobody else is near, whoever is charged was taken for them.
    if scene.kind == .strangerFirst {
      figures.strangers_charged += outcome.charges.count { $0.at < scene.comesAt - 0.8 }
    }
    figures.double += outcome.doubles.count
    figures.missed += outcome.missed(in: scene).count
    if !outcome.isRight(for: scene) {
      let charges = outcome.charges.map { "person \($0.person) at \($0.at) s" }.joined(separator: ", ")
      tell("seed \(seed), \(scene.kind.rawValue): charged \(charges.isEmpty ? "nobody" : charges)")
    }
  }

  private func queue(_ theatre: Theatre, _ till: TheatreTill, _ figures: inout Figures) async throws {
    var times: [Float] = []
    for number in 0..<seeds {
      let seed = from + UInt64(number)
      let scene = try theatre.scene(.slot, seed: seed)
      let outcome = try await till.play(scene)
      let wrong = outcome.wrong(in: scene)
      figures.wrong_payer += wrong.isEmpty ? 0 : 1
      figures.double += outcome.doubles.count
      if let charge = outcome.charges.first { times.append(charge.at - scene.comesAt) }
      if outcome.charges.isEmpty { tell("seed \(seed) of the queue was not served") }
    }
    times.sort()
    figures.queue = [
      "people": Double(seeds), "served": Double(times.count),
      "served_share": (Double(times.count) / Double(seeds) * 1_000).rounded() / 1_000,
    ]
    guard !times.isEmpty else { return }
    func at(_ share: Double) -> Int {
      Int(times[min(times.count - 1, Int(Double(times.count) * share))] * 1_000)
    }
    figures.walk_in_to_order_ms = ["p50": at(0.5), "p95": at(0.95)]
  }

  private func tell(_ text: String) {
    FileHandle.standardError.write(Data("canteen-theatre: \(text)\n".utf8))
  }
}

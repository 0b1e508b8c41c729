import ArgumentParser
import CanteenCore
import FaceRecognition
import Foundation
import Imaging
import RecognitionTrials

@main
struct CanteenEvaluateLiveness: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canteen-evaluate-liveness",
    abstract: "Show drawn faces, prints and screens to the liveness check and count its errors.",
    discussion: """
      APCER and BPCER are those of ISO/IEC 30107-3, with exact 95 % bounds. The presentations are drawn from \
      portraits by this program: the figures compare settings and versions, and certify nothing.
      """)

  @Option(help: "A folder of portraits, JPEG or PNG, each with one face, of at least two people.")
  var portraits: String

  @Option(help: "The folder of the recognition models.")
  var models: String

  @Option(help: "Presentations of each kind, 1…100000.")
  var presentations = 200

  @Option(help: "The same seed draws the same presentations.")
  var seed: UInt64 = 1

  @Flag(help: "An infrared camera looks too.")
  var infrared = false

  @Flag(help: "Print the report with every presentation's numbers as JSON.")
  var json = false

  func validate() throws {
    guard (1...100_000).contains(presentations) else {
      throw ValidationError("--presentations must be 1…100000.")
    }
  }

  func run() throws {
    let recognizer: FaceRecognizer
    do {
      recognizer = try FaceRecognizer(models: RecognitionModels(folder: URL(filePath: models)))
    } catch {
      throw ValidationError("\(error)")
    }
    do {
      let set = try AttackSet(portraits: readPortraits(recognizer), seed: seed)
      var evaluation = LivenessEvaluation(recognizer: recognizer)
      evaluation.infrared = infrared
      let report = try evaluation.report(on: set, presentations: presentations, seed: seed)
      if json {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        print(String(decoding: try encoder.encode(report), as: UTF8.self))
      } else {
        show(report)
      }
    } catch let error as AttackSetError {
      throw ValidationError("\(error)")
    }
  }

  private func readPortraits(_ recognizer: FaceRecognizer) throws -> [Portrait] {
    guard let files = try? FileManager.default.contentsOfDirectory(atPath: portraits) else {
      throw ValidationError("The folder \(portraits) cannot be read; name one with portraits.")
    }
    return files.sorted().compactMap { name in
      guard let bytes = try? Data(contentsOf: URL(filePath: portraits).appending(path: name)),
        let photo = try? Frame(decoding: [UInt8](bytes))
      else { return nil }
      return try? Portrait(photo: photo, recognizer: recognizer)
    }
  }

  private func show(_ report: LivenessReport) {
    for row in report.rows {
      let reasons = row.reasons.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      print(
        """
        \(row.kind.rawValue): \(row.presentations) presented, \(row.unanswered) unanswered, \(row.errors) errors, \
        \(percent(row.rate)) (\(percent(row.bounds.lower)) … \(percent(row.bounds.upper))), \(row.alive) alive\
        \(reasons.isEmpty ? "" : "; refused for \(reasons.joined(separator: ", "))")
        """)
    }
    print(
      "APCER \(percent(report.apcer)) (the highest kind), BPCER \(percent(report.bpcer)), seed \(report.seed)"
    )
    print("Drawn by this program; this is no certification.")
  }

  private func percent(_ rate: Double) -> String { String(format: "%.1f %%", rate * 100) }
}

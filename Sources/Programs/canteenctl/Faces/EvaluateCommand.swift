import ArgumentParser
import CanteenCore
import FaceRecognition
import Foundation
import RecognitionEvaluation

struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure recognition on photographs of known people.",
    discussion: """
      The folder holds one folder per person, or files named name_number.jpg. Some shots of each enrol, the rest \
      probe; everybody is also left out once, as a stranger. One photograph is one look; a till takes several. \
      Nothing is sent anywhere or kept.
      """)

  @Option(help: "Folder with the photographs.", completion: .directory)
  var images: String

  @Option(help: "Folder with the two models.", completion: .directory)
  var models = "/usr/share/canteen/models"

  @Option(help: "Shots of each person that enrol, at most.")
  var enrol = 3

  @Option(help: "Highest probability that a stranger's presentation is identified as somebody.")
  var target = IdentificationPolicy().target

  @Option(help: "Write the DET curve as an SVG picture.")
  var det: String?

  @Flag(help: "Replace the picture when it exists.")
  var force = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (1...20).contains(enrol) else { throw ValidationError("--enrol must be 1 to 20.") }
    guard target > 0, target < 1 else { throw ValidationError("--target must be between 0 and 1.") }
  }

  func run() async throws {
    try await orComplain {
      let photos = try checked { () throws(TrialError) in try PhotoSet(folder: URL(filePath: images)) }
      let picture = try det.map { path throws(CommandError) in try NewFile(path, mayReplace: force) }
      let recognizer = try checked { () throws(ModelError) in
        try FaceRecognizer(models: RecognitionModels(folder: URL(filePath: models)))
      }
      let progress = ProgressLine(total: photos.photoCount)
      let trial = FaceEvaluation(
        recognizer: recognizer, policy: IdentificationPolicy(target: target), shotsToEnrol: enrol,
        progress: { progress.show($0, "photographs") })
      let report = try checked { () throws(TrialError) in try trial.run(on: photos) }
      progress.end()
      try await picture?.write(Data(report.svg.utf8))
      if json { return printJSON(try report.json()) }
      show(report)
    }
  }

  private func show(_ report: EvaluationReport) {
    for refusal in report.refusals { print("not used: \(refusal.photo): \(refusal.reason)") }
    printTable([
      ("people", "\(report.people), enrolled \(report.enrolled) with \(report.templates) templates"),
      ("photographs", "\(report.photos), not usable \(report.refusals.count)"),
      (
        "threshold",
        String(format: "%.3f, margin %.3f", report.threshold, report.margin)
          + (report.fittedOnPeople > 0 ? ", fitted on \(report.fittedOnPeople) people" : ", assumed")
      ),
      ("TPIR", text(report.truePositive)),
      ("FNIR", text(report.falseNegative)),
      ("  as somebody else", text(report.misidentified)),
      ("FPIR", text(report.falsePositive)),
      (
        "time",
        String(
          format: "%.1f ms a photograph, %.3f ms a search", report.templateMilliseconds,
          report.searchMilliseconds)
      ),
    ])
    print("Intervals are 95 %. People, not photographs, are independent: with few people they say little.")
  }

  private func text(_ rate: EvaluationReport.Rate?) -> String {
    guard let rate else { return "no presentations" }
    return String(
      format: "%.2f %% (%.2f…%.2f %%), %d of %d", rate.rate * 100, rate.lower * 100, rate.upper * 100,
      rate.count, rate.trials)
  }
}

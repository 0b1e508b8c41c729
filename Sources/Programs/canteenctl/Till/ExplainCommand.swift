import ArgumentParser
import CanteenCore
import Foundation
import TillAPI

struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Why an order was booked for this user: the numbers of the decision.",
    discussion: "The till keeps numbers only; there is no picture to show.")

  @OptionGroup var till: TillOptions

  @Argument(help: "The order's number.")
  var order: String

  func run() async throws {
    try await orComplain {
      let answer = try await till.call.ask(TillOperations.explanation, orderNumber(order))
      if till.json { return printJSON(answer.json) }
      let found = try answer.value()
      let acceptedAt = try await till.clockFace().text(found.acceptedAt)
      print(
        "\(order): \(found.displayName) (\(found.outUserID)), \(acceptedAt), "
          + (found.recognition == .preRecognition ? "face before amount" : "amount before face"))
      printTable(Self.rows(of: found.evidence))
    }
  }

  static func rows(of evidence: RecognitionEvidence) -> [(String, String)] {
    var rows = [
      (
        "score",
        "\(three(evidence.score)), \(three(evidence.score - evidence.threshold)) above the threshold "
          + "\(three(evidence.threshold)) for \(evidence.people) people"
      ),
      (
        "best other person",
        evidence.runnerUp.map {
          "\(three($0)), \(three(evidence.score - $0)) behind; the margin is \(three(evidence.margin))"
        } ?? "none in the library"
      ),
      ("frames", "\(evidence.framesAgreed) of \(evidence.framesSeen) put this person first"),
    ]
    if let factor = evidence.secondFactor {
      rows.append(
        (
          "look-alikes",
          factor == .phoneTail ? "told apart by the phone tail" : "share one account; either may be charged"
        ))
    }
    if let quality = evidence.quality {
      rows.append(
        (
          "picture",
          "face \(Int(quality.height)) px high, sharpness \(Int(quality.sharpness)), "
            + "brightness \(Int(quality.brightness)) of 255, turned \(three(quality.turn)) eye distances"
        ))
    }
    if let liveness = evidence.liveness {
      let cues = liveness.cues.sorted { $0.key < $1.key }.map { "\($0.key) \(three($0.value))" }
      rows.append(
        (
          "liveness",
          "\(words(liveness.verdict)), \(liveness.samples) samples (\(cues.joined(separator: ", ")))"
        ))
    }
    let times = evidence.milliseconds
    rows += [
      (
        "time",
        "detect \(one(times.detect)) ms, embed \(one(times.embed)) ms, search \(one(times.search)) ms a frame; "
          + "face to decision \(Int(times.faceToDecision)) ms"
      ),
      ("library", "version \(evidence.libraryVersion)"),
      ("model", evidence.model.isEmpty ? "not recorded" : "SHA-256 \(evidence.model)"),
    ]
    return rows
  }

  private static func words(_ verdict: LivenessVerdict) -> String {
    switch verdict {
    case .alive: "alive"
    case .undecided: "undecided"
    case .artefact(let reason): "artefact: \(reason.rawValue)"
    }
  }

  private static func three(_ value: Float) -> String { String(format: "%.3f", value) }
  private static func one(_ value: Double) -> String { String(format: "%.1f", value) }
}

import ArgumentParser
import CanteenCore
import FaceRecognition
import Foundation

/// Prints the template of a portrait, so that those of two machines can be compared.
///
/// Only for the portraits of the tests, which show people in public office: a template is never printed otherwise.
@main
struct PortraitTemplate: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "portrait-template")

  @Argument(help: "Folder with the two models.")
  var models: String

  @Argument(help: "The portrait.")
  var picture: String

  private struct Answer: Encodable {
    let engine: String
    let milliseconds: Double
    let template: [Float]
  }

  func run() throws {
    let recognizer = try FaceRecognizer(models: RecognitionModels(folder: URL(filePath: models)))
    let portrait = try [UInt8](Data(contentsOf: URL(filePath: picture)))
    let clock = ContinuousClock(), start = clock.now
    let template = try recognizer.template(fromPhoto: portrait)
    let answer = Answer(
      engine: RecognitionModels.origin.engine, milliseconds: (clock.now - start) / .milliseconds(1),
      template: template.values)
    print(String(decoding: try JSONEncoder().encode(answer), as: UTF8.self))
  }
}

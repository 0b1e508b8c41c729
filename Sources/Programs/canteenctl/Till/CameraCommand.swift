import ArgumentParser
import Foundation
import TillAPI

struct CameraCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "camera", abstract: "Open, show, close and look at the till's camera.",
    subcommands: [
      Open.self, Preview.self, Wake.self, Close.self, Status.self, CameraProbe.self,
      CameraAlign.self,
    ])

  struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Open the camera and wait until it delivers.")

    @OptionGroup var till: TillOptions

    @Flag(help: "Show the picture to the student; hidden without this flag.")
    var preview = false

    func run() async throws {
      try await orComplain {
        _ = try await till.call.ask(TillOperations.openCamera, nil, CameraOpening(preview: preview))
        try await CameraCommand.printWhenOpen(till)
      }
    }
  }

  struct Preview: AsyncParsableCommand {
    enum Shown: String, ExpressibleByArgument, CaseIterable {
      case on, off
    }

    static let configuration = CommandConfiguration(
      abstract: "Show the picture to the student, or hide it.", discussion: "Holds until it is said again.")

    @OptionGroup var till: TillOptions

    @Argument(help: "on or off")
    var shown: Shown

    func run() async throws {
      try await orComplain {
        let answer = try await till.call.ask(
          TillOperations.showPreview, nil, PreviewWish(shown: shown == .on))
        try CameraCommand.show(answer, as: till)
      }
    }
  }

  struct Wake: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Open the camera as the student's button does: the preview is as it was last.")

    @OptionGroup var till: TillOptions

    func run() async throws {
      try await orComplain {
        _ = try await till.call.ask(TillOperations.wakeCamera)
        try await CameraCommand.printWhenOpen(till)
      }
    }
  }

  struct Close: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Close the camera and its device, warm or not.")

    @OptionGroup var till: TillOptions

    func run() async throws {
      try await orComplain {
        try CameraCommand.show(await till.call.ask(TillOperations.closeCamera), as: till)
      }
    }
  }

  struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What the camera does, what the student sees of it, and when it closes by itself.")

    @OptionGroup var till: TillOptions

    func run() async throws {
      try await orComplain { try CameraCommand.show(await till.call.ask(TillOperations.camera), as: till) }
    }
  }

  /// A device takes a second or two; a person at the keyboard wants to know whether it opened.
  private static func printWhenOpen(_ till: TillOptions) async throws {
    var answer = try await till.call.ask(TillOperations.camera)
    for _ in 0..<50 where try answer.value().device == .opening {
      try await Task.sleep(for: .milliseconds(100))
      answer = try await till.call.ask(TillOperations.camera)
    }
    try show(answer, as: till)
    let status = try answer.value()
    if status.device == .failed { throw CommandError(status.error ?? "The camera does not open.") }
  }

  private static func show(_ answer: TillReply<CameraStatus>, as till: TillOptions) throws {
    if till.json { return printJSON(answer.json) }
    let status = try answer.value()
    let closing = status.closesInSeconds.map { String(format: ", closes by itself in %.0f s", $0) } ?? ""
    printTable([
      ("camera", status.phase.rawValue + closing),
      ("device", status.device.rawValue + (status.error.map { ": \($0)" } ?? "")),
      ("preview", status.showsPreview ? "shown" : "hidden"),
    ])
  }
}

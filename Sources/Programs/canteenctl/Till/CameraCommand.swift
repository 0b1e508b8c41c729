import ArgumentParser
import Foundation

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
        _ = try await till.call.post("api/camera/open", json: ["preview": preview])
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
        try CameraStatus.show(
          try await till.call.post("api/camera/preview", json: ["shown": shown == .on]), as: till)
      }
    }
  }

  struct Wake: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Open the camera as the student's button does: the preview is as it was last.")

    @OptionGroup var till: TillOptions

    func run() async throws {
      try await orComplain {
        _ = try await till.call.post("api/camera/wake")
        try await CameraCommand.printWhenOpen(till)
      }
    }
  }

  struct Close: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Close the camera and its device, warm or not.")

    @OptionGroup var till: TillOptions

    func run() async throws {
      try await orComplain { try CameraStatus.show(try await till.call.post("api/camera/close"), as: till) }
    }
  }

  struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What the camera does, what the student sees of it, and when it closes by itself.")

    @OptionGroup var till: TillOptions

    func run() async throws {
      try await orComplain { try CameraStatus.show(try await till.call.get("api/camera"), as: till) }
    }
  }

  /// A device takes a second or two; a person at the keyboard wants to know whether it opened.
  private static func printWhenOpen(_ till: TillOptions) async throws {
    var answer = try await till.call.get("api/camera")
    for _ in 0..<50 where try CameraStatus.of(answer).device == "opening" {
      try await Task.sleep(for: .milliseconds(100))
      answer = try await till.call.get("api/camera")
    }
    try CameraStatus.show(answer, as: till)
    let status = try CameraStatus.of(answer)
    if status.device == "failed" { throw CommandError(status.error ?? "The camera does not open.") }
  }
}

/// The till's answer to each call about its camera.
private struct CameraStatus: Decodable {
  let phase: String
  let device: String
  let shows_preview: Bool
  let closes_in_seconds: Double?
  let error: String?

  static func of(_ answer: Data) throws -> CameraStatus {
    try JSONDecoder().decode(CameraStatus.self, from: answer)
  }

  static func show(_ answer: Data, as till: TillOptions) throws {
    if till.json { return printJSON(answer) }
    let status = try of(answer)
    let closing = status.closes_in_seconds.map { String(format: ", closes by itself in %.0f s", $0) } ?? ""
    printTable([
      ("camera", status.phase + closing), ("device", status.device + (status.error.map { ": \($0)" } ?? "")),
      ("preview", status.shows_preview ? "shown" : "hidden"),
    ])
  }
}

public import ArgumentParser
import Benchmarks
public import Camera
import CanteenCore
import Foundation
import Imaging

@main
struct CanteenCapture: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "canteen-capture",
    abstract: "Take frames from a camera as the till does, and say what that costs.",
    discussion: "No frame is kept. The last line is JSON. A camera that is lost is waited for.")

  @Option(help: "The camera's node or a link to it; the first camera when left out.")
  var device: String?

  @Option(help: "A format to ask for, best first; may be repeated.")
  var format: [PixelFormat] = CaptureSettings().formats

  @Option var width = 640
  @Option var height = 480
  @Option(help: "Frames a second.") var rate = 25
  @Option(help: "How long to take frames, in seconds.") var seconds = 10
  @Option(help: "Milliseconds of other work after each frame.") var busy = 0
  @Option(help: "A control to set, as NAME=VALUE; may be repeated.") var set: [String] = []

  func validate() throws {
    guard (16...8_192).contains(width), (16...8_192).contains(height), (1...240).contains(rate),
      (1...86_400).contains(seconds), (0...60_000).contains(busy)
    else { throw ValidationError("Sizes are 16 to 8192, rates 1 to 240, seconds 1 to 86400.") }
  }

  func run() async throws {
    // Threads that wait for work spin: on a small box that costs more than they bring.
    try PictureThreads.use(1)
    let settings = CaptureSettings(
      formats: format, width: width, height: height, framesPerSecond: rate, controls: try controls())
    let trial = CameraTrial(
      selector: device.map { .node($0) } ?? .any, settings: settings, clock: SystemMonotonicClock()
    ) { FileHandle.standardError.write(Data("canteen-capture: \($0)\n".utf8)) }
    let figures = await trial.run(for: .seconds(seconds), waitingAfterEachFrame: .milliseconds(busy))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    print(String(decoding: try encoder.encode(figures), as: UTF8.self))
  }

  private func controls() throws -> [CameraControl: Int] {
    try set.reduce(into: [:]) { controls, text in
      let parts = text.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let value = Int(parts[1]) else {
        throw ValidationError("\"\(text)\" must be NAME=VALUE, such as gain=20.")
      }
      guard let control = CameraControl(rawValue: String(parts[0])) else {
        let names = CameraControl.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("\"\(parts[0])\" is not a control; there are \(names).")
      }
      controls[control] = value
    }
  }
}

extension PixelFormat: ExpressibleByArgument {}

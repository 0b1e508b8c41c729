import Camera
import CanteenCore
public import Foundation
import Imaging

/// What the till pays for each frame of a camera, beside OpenCV as people use it from Python.
///
/// Both sides work on the same bytes in turns, with one thread.
public struct CaptureBenchmark {
  private struct Turn: Decodable {
    let wallNanoseconds: Int64
    let cpuNanoseconds: Int64

    private enum CodingKeys: String, CodingKey {
      case wallNanoseconds = "wall_ns"
      case cpuNanoseconds = "cpu_ns"
    }
  }

  private static let turns = 300
  /// Until caches and the memory of both sides have settled.
  private static let warmUps = 20

  private let folder: URL
  private let scenario: URL
  private let portraits: URL
  private let python: String
  private let peerProgram: String
  private let progress: @Sendable (String) -> Void

  /// - Parameter folder: takes the pictures while the peer reads them.
  public init(
    folder: URL, scenario: URL, portraits: URL, python: String, peerProgram: String,
    progress: @escaping @Sendable (String) -> Void
  ) {
    self.folder = folder
    self.scenario = scenario
    self.portraits = portraits
    self.python = python
    self.peerProgram = peerProgram
    self.progress = progress
  }

  public func run() throws -> CaptureFigures {
    try PictureThreads.use(1)
    var figures = CaptureFigures()
    var peer: PeerProcess?
    do {
      peer = try PeerProcess(python: python, arguments: [peerProgram])
    } catch {
      progress("not compared: \(error)")
      figures.missing.append("\(error)")
    }
    defer { peer?.end() }
    for picture in try pictures() {
      progress("\(picture.name) \(picture.width)×\(picture.height)")
      figures.conversions.append(try compare(picture, with: peer))
    }
    return figures
  }

  private func pictures() throws -> [CameraPicture] {
    let player = try ScenarioPlayer(scenario: Scenario(file: scenario), pictures: portraits)
    guard let frame = try player.frame(30) else { return [] }
    let large = try frame.resized(width: 1_280, height: 720)
    return [
      try CameraPicture("yuyv", of: frame, as: .raw(.yuyv)),
      try CameraPicture("nv12", of: frame, as: .raw(.nv12)),
      try CameraPicture("grey", of: frame, as: .raw(.grey)), try CameraPicture("mjpeg", of: frame, as: .jpeg),
      try CameraPicture("mjpeg", of: large, as: .jpeg),
    ]
  }

  private func compare(
    _ picture: CameraPicture, with peer: PeerProcess?
  ) throws -> CaptureFigures.Conversion {
    let file = folder.appending(path: "picture")
    try Data(picture.bytes).write(to: file)
    try peer?.prepare("picture \(picture.name) \(picture.width) \(picture.height) \(file.path)")
    var ours: [Taken] = []
    var theirs: [Taken] = []
    var written = 0
    for turn in 0..<Self.turns + Self.warmUps {
      let (frame, taken) = try Taken.by { try picture.frame() }
      written = frame.bgr.count
      let answer = try peer?.ask("turn", for: Turn.self)
      guard turn >= Self.warmUps else { continue }
      ours.append(taken)
      if let answer {
        theirs.append(
          Taken(wall: .nanoseconds(answer.wallNanoseconds), cpu: .nanoseconds(answer.cpuNanoseconds)))
      }
    }
    let wall = ours.map(\.wall).median
    return CaptureFigures.Conversion(
      picture: "\(picture.name) \(picture.width)x\(picture.height)", bytesFromCamera: picture.bytes.count,
      bytesWritten: written, millisecondsP50: wall / .milliseconds(1),
      wallRatio: theirs.isEmpty ? nil : wall / theirs.map(\.wall).median,
      cpuRatio: theirs.isEmpty ? nil : ours.map(\.cpu).median / theirs.map(\.cpu).median)
  }
}

import Foundation

/// A frame loop in Python; `tools/vision-peer.py` describes the protocol.
struct VisionPeer {
  private struct Turn: Decodable {
    let wallNanoseconds: Int64
    let cpuNanoseconds: Int64

    private enum CodingKeys: String, CodingKey {
      case wallNanoseconds = "wall_ns"
      case cpuNanoseconds = "cpu_ns"
    }
  }

  let name: String
  /// Takes part in every n-th frame only.
  let everyFrames: Int
  private let process: PeerProcess
  private(set) var times = FrameTimes()

  init(_ name: String, python: String, arguments: [String], everyFrames: Int = 1) throws {
    self.name = name
    self.everyFrames = everyFrames
    process = try PeerProcess(python: python, arguments: arguments)
  }

  func watch(_ film: Film) throws {
    try process.prepare("frames \(film.width) \(film.height) \(film.frames.count) \(film.file.path)")
  }

  mutating func turn(_ frame: Int) throws {
    guard frame.isMultiple(of: everyFrames) else { return }
    let turn = try process.ask("turn \(frame)", for: Turn.self)
    times.add(
      frame: frame, wall: .nanoseconds(turn.wallNanoseconds), cpu: .nanoseconds(turn.cpuNanoseconds))
  }

  func end() { process.end() }
}

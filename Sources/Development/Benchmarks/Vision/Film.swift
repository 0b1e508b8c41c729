import Camera
import Foundation
import Imaging

/// The frames that every side works on: a stretch of a scenario, in memory and as raw bytes in a file.
struct Film {
  let frames: [Frame]
  let interval: Duration
  let file: URL

  var width: Int { frames[0].width }
  var height: Int { frames[0].height }

  init(of player: some FramePlayer, frames count: Int, in folder: URL) throws {
    interval = player.frameInterval
    file = folder.appending(path: "frames.bgr")
    guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
      throw CocoaError(.fileWriteUnknown)
    }
    let output = try FileHandle(forWritingTo: file)
    defer { try? output.close() }
    var frames: [Frame] = []
    for number in 0..<UInt64(count) {
      guard let frame = try player.frame(number) else { break }
      try output.write(contentsOf: Data(frame.bgr))
      frames.append(frame)
    }
    self.frames = frames
  }
}

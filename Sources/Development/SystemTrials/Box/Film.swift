import Camera
import Foundation
import Imaging

/// Frames as the virtual camera takes them: YUYV one after the other, without any header.
struct Film {
  private let player: ScenarioPlayer
  private let frames: Int

  /// One turn of the scenario.
  init(of scenario: Scenario, pictures: URL) throws {
    player = try ScenarioPlayer(scenario: scenario, pictures: pictures)
    let seconds = scenario.visitors.reduce(0) { $0 + $1.duration }
    frames = max(1, Int(seconds * scenario.fps))
  }

  func write(to file: URL) throws {
    try Data().write(to: file)
    let handle = try FileHandle(forWritingTo: file)
    for number in 0..<UInt64(frames) {
      guard let frame = try player.frame(number) else { break }
      try handle.write(contentsOf: Data(frame.yuyv))
    }
    try handle.close()
  }

  /// Writes a JPEG for each frame into a folder, to be sent in the order of their names. Every tenth is cut off in the
  /// middle, as a bad cable sends them.
  func writeJPEGs(to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for number in 0..<UInt64(frames) {
      guard let frame = try player.frame(number) else { break }
      let jpeg = try frame.jpeg(quality: 85)
      let sent = number % 10 == 9 ? jpeg.prefix(jpeg.count / 2) : jpeg[...]
      try Data(sent).write(to: folder.appending(path: "\(1_000 + number).jpg"))
    }
  }
}

extension Frame {
  /// BT.601 with limited range, two pixels in four bytes; `width * height * 2` bytes for an even width.
  var yuyv: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(width * height * 2)
    for pair in stride(from: 0, to: bgr.count - 5, by: 6) {
      let (b0, g0, r0) = (Int(bgr[pair]), Int(bgr[pair + 1]), Int(bgr[pair + 2]))
      let (b1, g1, r1) = (Int(bgr[pair + 3]), Int(bgr[pair + 4]), Int(bgr[pair + 5]))
      let (b, g, r) = ((b0 + b1) / 2, (g0 + g1) / 2, (r0 + r1) / 2)
      let u = 128 + (-38 * r - 74 * g + 112 * b) / 256
      let v = 128 + (112 * r - 94 * g - 18 * b) / 256
      bytes.append(UInt8(16 + (66 * r0 + 129 * g0 + 25 * b0) / 256))
      bytes.append(UInt8(u))
      bytes.append(UInt8(16 + (66 * r1 + 129 * g1 + 25 * b1) / 256))
      bytes.append(UInt8(v))
    }
    return bytes
  }
}

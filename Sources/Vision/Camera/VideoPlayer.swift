public import Foundation
public import Imaging

/// Plays a video file over and over, decoded by ffmpeg and brought to 640×480 at 25 frames a second.
public final class VideoPlayer: FramePlayer {
  private static let (width, height, framesPerSecond) = (640, 480, 25)

  public let frameInterval: Duration = .seconds(1.0 / Double(VideoPlayer.framesPerSecond))

  private let file: URL
  private let ffmpeg = Process()
  private let pictures = Pipe()
  private let complaints = Pipe()
  private var next: UInt64 = 0

  public init(file: URL) throws(CameraError) {
    self.file = file
    guard FileManager.default.isReadableFile(atPath: file.path) else {
      throw .cannotOpen(file.path, reason: "the file cannot be read")
    }
    let size = "\(Self.width):\(Self.height)"
    ffmpeg.executableURL = URL(filePath: "/usr/bin/env")
    ffmpeg.arguments = [
      "ffmpeg", "-nostdin", "-v", "error", "-stream_loop", "-1", "-i", file.path, "-an", "-vf",
      "scale=\(size):force_original_aspect_ratio=decrease,pad=\(size):-1:-1,fps=\(Self.framesPerSecond)",
      "-f", "rawvideo", "-pix_fmt", "bgr24", "-",
    ]
    ffmpeg.standardOutput = pictures
    ffmpeg.standardError = complaints
    do {
      try ffmpeg.run()
    } catch {
      throw .cannotOpen(file.path, reason: "ffmpeg cannot be started; install the package ffmpeg")
    }
  }

  deinit {
    if ffmpeg.isRunning { ffmpeg.terminate() }
  }

  public func frame(_ number: UInt64) throws(CameraError) -> Frame? {
    var bytes = try read()
    while next < number { bytes = try read() }
    do {
      return try Frame(width: Self.width, height: Self.height, bgr: [UInt8](bytes))
    } catch {
      throw .lost(file.path, reason: "\(error)")
    }
  }

  private func read() throws(CameraError) -> Data {
    let size = Self.width * Self.height * 3
    var bytes = Data(capacity: size)
    while bytes.count < size {
      guard let part = try? pictures.fileHandleForReading.read(upToCount: size - bytes.count), !part.isEmpty
      else {
        throw .cannotOpen(file.path, reason: reasonOfFFmpeg())
      }
      bytes.append(part)
    }
    next += 1
    return bytes
  }

  private func reasonOfFFmpeg() -> String {
    let words = (try? complaints.fileHandleForReading.readToEnd()).map { String(decoding: $0, as: UTF8.self) }
    let line = words?.split(separator: "\n").last.map(String.init) ?? "no reason given"
    return line.contains("No such file or directory") && line.hasPrefix("env")
      ? "ffmpeg is missing; install the package ffmpeg" : "ffmpeg says: \(line)"
  }
}

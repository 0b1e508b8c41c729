import Camera
import CanteenCore
import CanteenTestSupport
import Foundation
import Imaging
import Testing

/// What every source must do, whatever is behind it.
@Suite(.timeLimit(.minutes(5)))
struct FrameSourceTests {
  enum Source: CaseIterable {
    case scenario, folder, video
  }

  private let files: TemporaryFolder

  init() throws {
    files = try TemporaryFolder()
    for (name, grey) in [("1.jpg", UInt8(60)), ("2.png.jpg", 180)] {
      let picture = try Frame(width: 320, height: 240, bgr: [UInt8](repeating: grey, count: 320 * 240 * 3))
      try Data(picture.jpeg(quality: 90)).write(to: files.url.appending(path: name))
    }
  }

  private func source(_ kind: Source) throws -> any FrameSource {
    let clock = SystemMonotonicClock()
    switch kind {
    case .scenario:
      let file = files.url.appending(path: "scenario.yaml")
      try "{ fps: 50, visitors: [{ picture: 1.jpg, face: [100, 80, 100, 100] }] }"
        .write(to: file, atomically: true, encoding: .utf8)
      return ReplayCamera(
        player: try ScenarioPlayer(scenario: Scenario(file: file), pictures: files.url), clock: clock)
    case .folder:
      return ReplayCamera(player: try FolderPlayer(folder: files.url, framesPerSecond: 50), clock: clock)
    case .video:
      let film = files.url.appending(path: "film.mp4")
      _ = try output(
        of: URL(filePath: "/usr/bin/env"),
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=25:duration=1", film.path])
      return ReplayCamera(player: try VideoPlayer(file: film), clock: clock)
    }
  }

  @Test(arguments: Source.allCases)
  func `A source gives whole frames in order while it is open, and only then`(kind: Source) async throws {
    let source = try source(kind)
    await #expect(throws: CameraError.closed) { try await source.nextFrame() }
    try await source.open()
    try await source.open()
    let first = try await source.nextFrame()
    let second = try await source.nextFrame()
    #expect(first.bgr.count == first.width * first.height * 3)
    #expect(second.sequence == first.sequence + 1)
    #expect(second.capturedAt > first.capturedAt)
    await source.close()
    await source.close()
    await #expect(throws: CameraError.closed) { try await source.nextFrame() }
    try await source.open()
    #expect(try await source.nextFrame().sequence > second.sequence)
    await source.close()
  }

  @Test func `Pictures of a folder come in the order of their names`() throws {
    let player = try FolderPlayer(folder: files.url, framesPerSecond: 10)
    let greys = try (0..<3).map { try #require(try player.frame(UInt64($0))).bgr[0] }
    #expect(abs(Int(greys[0]) - 60) < 4 && abs(Int(greys[1]) - 180) < 4 && greys[2] == greys[0])
  }

  @Test func `What cannot be played says so`() throws {
    let empty = try TemporaryFolder()
    #expect(throws: CameraError.self) { try FolderPlayer(folder: empty.url, framesPerSecond: 10) }
    #expect(throws: CameraError.self) { try VideoPlayer(file: empty.url.appending(path: "none.mp4")) }
    let broken = files.url.appending(path: "broken.mp4")
    try Data("no film".utf8).write(to: broken)
    let error = #expect(throws: CameraError.self) { try VideoPlayer(file: broken).frame(0) }
    #expect(error?.description.contains("ffmpeg says") == true)
  }

  @Test(arguments: [
    ("/dev/canteen-no-such-camera", "check the cable"), ("/dev/null", "not a video device"),
    ("/etc/hostname", "not a video device"),
  ])
  func `A node that is no camera is refused with the reason`(node: String, words: String) async throws {
    let camera = V4L2Camera(selector: .node(node), clock: SystemMonotonicClock())
    let error = await #expect(throws: CameraError.self) { try await camera.open() }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    await camera.close()
    await #expect(throws: CameraError.closed) { try await camera.nextFrame() }
  }
}

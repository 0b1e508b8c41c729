import CanteenCore
import Foundation
import Imaging
import Testing

@testable import Camera

/// What a camera does that nobody at hand can be made to do.
@Suite(.timeLimit(.minutes(5)))
struct V4L2CameraTests {
  private let device = FaultyCamera()

  /// 32 × 16 pixels of one grey, as YUYV.
  private func yuyv(_ luma: UInt8, padding: Int = 0) -> [UInt8] {
    Array(
      repeatElement(
        Array(repeatElement([luma, 128], count: 32).joined()) + [UInt8](repeating: 255, count: padding),
        count: 16
      ).joined())
  }

  private func jpeg(_ luma: UInt8, width: Int = 32, height: Int = 16) throws -> [UInt8] {
    try Frame(width: width, height: height, bgr: [UInt8](repeating: luma, count: width * height * 3))
      .jpeg(quality: 90)
  }

  private func opened(_ settings: CaptureSettings = CaptureSettings(width: 32, height: 16)) async throws
    -> V4L2Camera
  {
    let camera = device.source(settings)
    try await camera.open()
    return camera
  }

  private func failure(of camera: V4L2Camera) async -> CameraError? {
    await #expect(throws: CameraError.self) { try await camera.nextFrame() }
  }

  // MARK: Frames

  @Test func `The newest frame wins, and the others are counted, those the driver dropped too`() async throws
  {
    device.offer("YUYV")
    let camera = try await opened()
    device.send(yuyv(40), sequence: 1)
    _ = try await camera.nextFrame()
    for (sequence, luma) in [(2, 50), (3, 60), (7, 126)] {
      device.send(yuyv(UInt8(luma)), sequence: UInt32(sequence))
    }
    #expect(try await camera.nextFrame().bgr[0] == 128)
    #expect(await camera.losses.skipped == 5)
  }

  @Test func `Frames that waited while nobody looked are not taken for news`() async throws {
    device.offer("YUYV")
    let camera = try await opened()
    for sequence in 1...4 { device.send(yuyv(40), sequence: UInt32(sequence), age: .seconds(5)) }
    async let frame = camera.nextFrame()
    while await camera.losses.skipped < 4, !Task.isCancelled { await Task.yield() }
    device.send(yuyv(126), sequence: 150)
    #expect(try await frame.bgr[0] == 128)
  }

  @Test func `A slow camera's frames are taken as they come, old as they are`() async throws {
    device.offer("YUYV")
    let camera = try await opened()
    for sequence in 1...3 {
      device.send(yuyv(126), sequence: UInt32(sequence), age: .milliseconds(400))
      #expect(try await camera.nextFrame().bgr[0] == 128)
    }
    #expect(await camera.losses.skipped == 0)
  }

  @Test func `A frame is as old as its driver says`() async throws {
    device.offer("YUYV")
    let camera = try await opened()
    device.send(yuyv(40), age: .milliseconds(30))
    let now = device.clock.now
    #expect(try await camera.nextFrame().capturedAt == now.advanced(by: .milliseconds(-30)))
  }

  @Test(arguments: [(Duration.milliseconds(30), false), (.seconds(-3), true), (.seconds(3_600), true)])
  func `A stamp of another clock, of the future or of long ago is not believed`(
    age: Duration, stamped: Bool
  ) async throws {
    device.offer("YUYV")
    let camera = try await opened()
    device.send(yuyv(40), age: age, stamped: stamped)
    #expect(try await camera.nextFrame().capturedAt == device.clock.now)
  }

  @Test func `Gaps at the ends of rows are left out`() async throws {
    device.offer("YUYV", padding: 16)
    let camera = try await opened()
    device.send(yuyv(126, padding: 16))
    let frame = try await camera.nextFrame()
    #expect(frame.bgr.allSatisfy { $0 == 128 })
    #expect(await camera.stream?.bytesPerLine == 80)
  }

  @Test(arguments: [true, false])
  func `A frame that the driver marks or that is too short is passed over`(isMarked: Bool) async throws {
    device.offer("YUYV")
    let camera = try await opened()
    device.send(isMarked ? yuyv(40) : Array(yuyv(40).dropLast()), sequence: 1, isBroken: isMarked)
    device.send(yuyv(126), sequence: 2)
    #expect(try await camera.nextFrame().bgr[0] == 128)
    #expect(await camera.losses.broken == 1)
    #expect(await camera.losses.skipped == 0)
  }

  @Test func `A frame that claims more bytes than its buffer has is passed over`() async throws {
    device.offer("YUYV")
    let camera = try await opened()
    device.send(yuyv(40), sequence: 1, claimsBytes: 1 << 20)
    device.send(yuyv(126), sequence: 2)
    #expect(try await camera.nextFrame().bgr[0] == 128)
  }

  @Test(arguments: ["no end", "cut off", "garbage", "other size", "huge", "nothing"])
  func `A broken JPEG is passed over and counted`(kind: String) async throws {
    device.offer("MJPG")
    let camera = try await opened()
    var broken = try jpeg(40)
    switch kind {
    case "no end": broken.removeLast(2)
    case "cut off": broken.removeLast(broken.count / 2)
    case "garbage": broken = (0..<600).map { UInt8(truncatingIfNeeded: $0 &* 73 &+ 5) }
    case "other size": broken = try jpeg(40, width: 64, height: 64)
    case "huge":
      let start = try #require(broken.indices.first { broken[$0] == 0xFF && broken[$0 + 1] == 0xC0 })
      broken.replaceSubrange(start + 5..<start + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
    default: broken = [0xFF, 0xD8, 0xFF, 0xD9]
    }
    device.send(broken)
    async let frame = camera.nextFrame()
    while await camera.losses.broken == 0, !Task.isCancelled { await Task.yield() }
    device.send(try jpeg(126) + [0, 0, 0])
    #expect(abs(Int(try await frame.bgr[0]) - 126) < 3)
  }

  @Test func `A JPEG without Huffman tables, as some cameras send them, is read`() async throws {
    device.offer("MJPG")
    let camera = try await opened()
    var bytes = try jpeg(126)
    while let table = bytes.indices.dropLast().first(where: { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC4 }) {
      bytes.removeSubrange(table..<table + 2 + Int(bytes[table + 2]) << 8 + Int(bytes[table + 3]))
    }
    device.send(bytes)
    #expect(abs(Int(try await camera.nextFrame().bgr[0]) - 126) < 3)
  }

  // MARK: Losing it

  @Test func `A camera that sends nothing for two seconds is lost, and let go`() async throws {
    device.offer("YUYV")
    let camera = try await opened()
    device.send(yuyv(40))
    _ = try await camera.nextFrame()
    let before = device.clock.now
    #expect(await failure(of: camera)?.description.contains("sends no pictures") == true)
    #expect(before.duration(to: device.clock.now) == .seconds(2))
    #expect(device.held == 0)
  }

  @Test func `A camera that sends only garbage is lost, and the reason is said`() async throws {
    device.offer("MJPG")
    let camera = try await opened()
    for _ in 0..<5 { device.send([UInt8](repeating: 7, count: 500)) }
    #expect(await failure(of: camera)?.description.contains("only broken pictures") == true)
    #expect(device.held == 0)
  }

  @Test(arguments: [(ENODEV, "unplugged"), (EIO, "driver failed"), (EPIPE, "driver failed")])
  func `A camera whose driver gives up is lost with the reason, and let go`(
    code: Int32, words: String
  ) async throws {
    device.offer("YUYV")
    let camera = try await opened()
    device.fail(.dequeue, with: code)
    #expect(await failure(of: camera)?.description.contains(words) == true)
    #expect(device.held == 0)
    await #expect(throws: CameraError.closed) { try await camera.nextFrame() }
  }

  @Test(arguments: [4, 31, Int32.max])
  func `A buffer that does not exist is not read`(index: Int32) async throws {
    device.offer("YUYV")
    let camera = try await opened()
    device.send(yuyv(40), claimsIndex: index)
    #expect(await failure(of: camera)?.description.contains("does not exist") == true)
    #expect(device.held == 0)
  }

  @Test func `Signals that interrupt a request are survived`() async throws {
    device.offer("YUYV")
    let camera = try await opened()
    device.fail(.dequeue, with: EINTR, times: 5)
    device.send(yuyv(126))
    #expect(try await camera.nextFrame().bgr[0] == 128)
  }

  // MARK: Closing it

  @Test func `Closed lets go of the device and all its memory, any number of times`() async throws {
    device.offer("YUYV")
    let camera = try await opened()
    #expect(device.held == 5)
    await camera.close()
    await camera.close()
    #expect(device.held == 0)
    #expect(!device.isStreaming)
    try await camera.open()
    device.send(yuyv(126))
    #expect(try await camera.nextFrame().sequence == 1)
  }

  @Test func `Closing ends the wait for a frame`() async throws {
    device.offer("YUYV")
    let camera = try await opened()
    async let error = failure(of: camera)
    await camera.close()
    #expect(await error == .closed)
  }
}

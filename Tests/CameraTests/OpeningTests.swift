import CanteenCore
import Foundation
import Imaging
import Testing

@testable import Camera

/// What is asked of a camera when it is opened, and what becomes of one that refuses.
@Suite(.timeLimit(.minutes(5)))
struct OpeningTests {
  private let device = FaultyCamera()

  private func refusal(_ settings: CaptureSettings = CaptureSettings(width: 32, height: 16)) async -> String {
    let camera = device.source(settings)
    let error = await #expect(throws: CameraError.self) { try await camera.open() }
    #expect(device.held == 0)
    return error?.description ?? ""
  }

  @Test func `A camera that refuses says why and is let go, wherever it refuses`() async {
    device.offer("YUYV")
    for (request, code, words) in [
      (FaultyCamera.Request.open, EBUSY, "another program uses it"),
      (.open, EACCES, "group video"), (.open, ENOENT, "check the cable"),
      (.setFormat, EBUSY, "another program uses it"), (.requestBuffers, EBUSY, "another program uses it"),
      (.requestBuffers, ENOMEM, "no memory for frames"), (.streamOn, EPIPE, "driver failed"),
      (.streamOn, ENODEV, "unplugged"), (.queue, EIO, "driver failed"),
    ] {
      device.fail(request, with: code)
      #expect(await refusal().contains(words), "\(request) \(code)")
    }
  }

  @Test(arguments: [UInt32(0), 1])
  func `A camera that grants no buffers to turn over is refused`(buffers: UInt32) async {
    device.offer("YUYV")
    device.grant(buffers: buffers)
    #expect(await refusal().contains("no memory for frames"))
  }

  @Test(arguments: [
    (UInt32(0x0080_0000), "delivers no pictures"), (0x5_0000, "delivers no pictures"), (1, "cannot stream"),
  ])
  func `Nodes that are no cameras say so`(capabilities: UInt32, words: String) async {
    device.offer("YUYV")
    device.set(capabilities: capabilities)
    #expect(await refusal().contains(words))
  }

  @Test func `A format that nobody asked for is named`() async {
    device.offer("RGB3")
    #expect(
      await refusal(CaptureSettings(formats: [.yuyv, .mjpeg], width: 32, height: 16)).contains("only RGB3"))
  }

  @Test(arguments: [
    ("YUYV", PixelFormat.yuyv), ("MJPG", .mjpeg), ("JPEG", .mjpeg), ("NV12", .nv12), ("GREY", .grey),
  ])
  func `Each format is negotiated`(letters: String, format: PixelFormat) async throws {
    switch letters {
    case "YUYV": device.offer("YUYV")
    case "MJPG": device.offer("MJPG")
    case "JPEG": device.offer("JPEG")
    case "NV12": device.offer("NV12")
    default: device.offer("GREY")
    }
    let camera = device.source()
    try await camera.open()
    #expect(await camera.stream?.format == format)
    #expect(await camera.stream?.letters == letters)
    #expect(await camera.notices == [])
  }

  @Test func `A format of its own is read through libv4lconvert`() async throws {
    device.offer("RGB3")
    let camera = device.source()
    try await camera.open()
    #expect(await camera.stream?.format == .converted)
    device.send(Array(repeatElement([200, 100, 50], count: 32 * 16).joined()))
    #expect(try await camera.nextFrame().bgr.prefix(3) == [50, 100, 200])
    await camera.close()
    #expect(device.held == 0)
  }

  @Test func `What the camera does instead of what was asked is said`() async throws {
    device.offer("YUYV", 64, 48, framesPerSecond: 10)
    let camera = device.source()
    try await camera.open()
    #expect(
      await camera.notices == [
        .otherSize(width: 64, height: 48, wantedWidth: 32, wantedHeight: 16),
        .slower(framesPerSecond: 10, wanted: 25),
      ])
  }

  @Test func `Automatics are turned off before values are set by hand`() async throws {
    device.offer("YUYV")
    device.add(.exposureTime, 1...5_000, value: 150, automatic: .autoGain)
    device.add(.autoGain, 0...1, value: 1)
    device.add(.gain, 0...100, value: 10, automatic: .autoGain)
    let camera = device.source(
      CaptureSettings(width: 32, height: 16, controls: [.gain: 40, .autoGain: 0, .exposureTime: 300]))
    try await camera.open()
    #expect(device.settings == [.autoGain, .exposureTime, .gain])
    #expect(device.value(of: .gain) == 40)
    #expect(await camera.notices == [])
  }

  @Test func `Controls the camera has not, cannot set so far, or has itself are said and stop nothing`()
    async throws
  {
    device.offer("YUYV")
    device.add(.autoGain, 0...1, value: 1)
    device.add(.gain, 0...100, value: 10, automatic: .autoGain)
    device.add(.brightness, -64...64, value: 0)
    let camera = device.source(
      CaptureSettings(width: 32, height: 16, controls: [.zoom: 3, .brightness: -500, .gain: 20]))
    try await camera.open()
    #expect(
      await camera.notices == [
        .controlInactive(.gain), .controlClamped(.brightness, wanted: -500, set: -64), .controlUnknown(.zoom),
      ])
    #expect(device.value(of: .brightness) == -64)
  }

  @Test func `A node tells what it is and offers`() throws {
    device.offer("YUYV", 640, 480, framesPerSecond: 30)
    device.offer("YUYV", 1_280, 720, framesPerSecond: 10)
    device.offer("MJPG", 1_280, 720, framesPerSecond: 30)
    device.add(.gain, 0...100, value: 10)
    let node = try VideoNode(path: "/dev/video7", folders: BoxFolders(), system: device.system)
    #expect((node.card, node.driver, node.busInfo) == ("Faulty Camera", "faulty", "usb-test-1"))
    #expect(node.kind == .capture)
    #expect(node.formats.map(\.letters) == ["YUYV", "MJPG"])
    #expect(node.formats[0].sizes.map { $0.width.upperBound } == [640, 1_280])
    #expect(node.formats[0].sizes.map(\.framesPerSecond) == [[30], [10]])
    #expect(node.controls.map(\.control) == [.gain])
    #expect(node.controls.first?.range == 0...100)
    #expect(device.held == 0)
  }
}

import Camera
import CanteenCore
import CanteenTestSupport
import Concurrency
import FaceRecognition
import Imaging
import Logging
import Testing

@testable import Terminal

@Suite(.timeLimit(.minutes(5)))
struct InfraredCameraTests {
  private let clock = ManualClock()
  private let device: ScriptedDevice
  private let wish = Broadcast(VisionWish())
  private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  init() throws {
    device = try ScriptedDevice(clock: clock)
  }

  private func watching(_ play: (InfraredCamera) async throws -> Void) async rethrows {
    let eye = InfraredCamera(source: device, wish: wish, clock: clock, logger: logger)
    let work = Task { await eye.run() }
    try await play(eye)
    work.cancel()
    await work.value
  }

  private func until(_ holds: () async -> Bool) async {
    while !(await holds()), !Task.isCancelled { await Task.yield() }
  }

  private func want(_ device: CameraController.Device) {
    wish.send(VisionWish(camera: .init(device: device, showsPreview: false)))
  }

  private func sees(_ eye: InfraredCamera) -> String {
    switch eye.view(at: clock.now) {
    case .none: "none"
    case .awaited: "awaited"
    case .frame: "frame"
    }
  }

  @Test func `A till without an infrared camera does not wait for one`() async {
    let eye = InfraredCamera(source: nil, wish: wish, clock: clock, logger: logger)
    want(.open)
    await eye.run()
    #expect(sees(eye) == "none")
    #expect(eye.state.latest == CameraState())
  }

  @Test
  func `Its picture counts for the moment it was taken, is awaited afterwards, and is gone when closed`()
    async
  {
    await watching { eye in
      want(.open)
      await until { await device.isOpen }
      #expect(sees(eye) == "awaited")
      await device.send(frames: 1)
      await until { sees(eye) == "frame" }
      clock.advance(by: .milliseconds(150))
      #expect(sees(eye) == "frame")
      clock.advance(by: .milliseconds(100))
      #expect(sees(eye) == "awaited")
      await device.send(frames: 1)
      await until { sees(eye) == "frame" }
      want(.closed)
      await until { sees(eye) == "awaited" }
      #expect(await !device.isOpen)
    }
  }

  @Test func `When it is pulled out faces are not kept waiting for it, and staff can be told`() async {
    await watching { eye in
      want(.open)
      await device.send(frames: 1)
      await until { sees(eye) == "frame" }
      await device.unplug()
      await until { sees(eye) == "none" }
      #expect(eye.state.latest.error?.contains("unplugged") == true)
    }
  }
}

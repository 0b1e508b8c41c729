import Camera
import CanteenCore
import CanteenTestSupport
import Concurrency
import Imaging
import Logging
import Testing
import TillAPI

@testable import Terminal

private actor Audience: FrameAudience {
  private(set) var frames = 0
  private(set) var departures = 0
  private(set) var failures: [Bool] = []

  func look(at frame: Frame) { frames += 1 }
  func everybodyLeft() { departures += 1 }
  func cameraFails(_ isFailing: Bool) { failures.append(isFailing) }
}

@Suite(.timeLimit(.minutes(5)))
struct CameraKeeperTests {
  private let clock = ManualClock()
  private let device: ScriptedDevice
  private let audience = Audience()
  private let wish = Broadcast(VisionWish())

  init() throws {
    device = try ScriptedDevice(clock: clock)
  }

  private func keeping(_ play: (CameraKeeper) async throws -> Void) async rethrows {
    let keeper = CameraKeeper(
      source: device, wish: wish, clock: clock,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let work = Task { [audience] in await keeper.run(for: audience) }
    try await play(keeper)
    work.cancel()
    await work.value
    #expect(await !device.isOpen)
  }

  private func until(_ holds: () async -> Bool) async {
    while !(await holds()), !Task.isCancelled { await Task.yield() }
  }

  private func want(_ device: CameraController.Device) {
    wish.send(VisionWish(camera: .init(device: device, showsPreview: device == .open)))
  }

  @Test func `A camera that is closed while a frame is awaited lets go of its device`() async {
    await keeping { keeper in
      want(.open)
      await device.send(frames: 3)
      await until { await audience.frames == 3 }
      #expect(keeper.state.latest == CameraState(device: .open))
      want(.closed)
      await until { keeper.state.latest.device == .closed }
      #expect(await !device.isOpen)
      #expect(await audience.departures == 1)
      #expect(await audience.failures.isEmpty)
    }
  }

  @Test func `Everybody has left when the camera was closed and opened again between two frames`() async {
    await keeping { keeper in
      want(.open)
      await device.send(frames: 1)
      await until { await audience.frames == 1 }
      wish.send(VisionWish(camera: .init(device: .open, showsPreview: true), closings: 1))
      await device.send(frames: 1)
      await until { await audience.frames == 2 }
      #expect(await audience.departures == 1)
    }
  }

  @Test func `Nobody looks at the frames of a warm device, and none of them is seen later`() async {
    await keeping { keeper in
      want(.open)
      await device.send(frames: 1)
      await until { await audience.frames == 1 }
      want(.warm)
      await device.send(frames: 20)
      await until { keeper.state.latest.device == .warm }
      #expect(await device.isOpen)
      await until { await audience.departures == 1 }
      let seen = await audience.frames
      want(.open)
      await device.send(frames: 21)
      await until { keeper.state.latest.device == .open }
      await until { await audience.frames > seen }
      #expect(await device.openings == 1)
      #expect(await audience.frames < 30)
    }
  }

  @Test func `An unplugged camera is told at once, tried again as time passes, and goes on when it is back`()
    async
  {
    await keeping { keeper in
      want(.open)
      await device.send(frames: 1)
      await until { await audience.frames == 1 }
      await device.unplug()
      await until { await audience.failures == [true] }
      #expect(keeper.state.latest.device == .failed)
      for attempt in 2...4 {
        await clock.waitForSleepers()
        clock.advance(by: .seconds(10))
        await until { await device.openings == attempt }
      }
      #expect(keeper.state.latest.error?.contains("unplugged") == true)
      await device.plugIn()
      await device.send(frames: 1)
      await clock.waitForSleepers()
      clock.advance(by: .seconds(10))
      await until { await audience.frames == 2 }
      #expect(await audience.failures.last == false)
      #expect(keeper.state.latest == CameraState(device: .open))
    }
  }

  @Test func `A wake button pressed while a broken camera rests is obeyed without waiting`() async {
    await keeping { keeper in
      await device.unplug()
      want(.open)
      await clock.waitForSleepers()
      want(.closed)
      await until { keeper.state.latest.device == .closed }
      #expect(keeper.state.latest.error != nil)
      await device.plugIn()
      await device.send(frames: 1)
      want(.open)
      await until { await audience.frames == 1 }
      #expect(clock.now == .start)
    }
  }
}

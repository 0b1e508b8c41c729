import Camera
import CanteenCore
import CanteenTestSupport
import Imaging
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5)))
struct SteadyCameraTests {
  /// Plays a script: each opening and each picture succeeds or fails as it says, then everything succeeds.
  private actor ScriptedSource: FrameSource {
    var openings: [CameraError?]
    var pictures: [CameraError?]
    private(set) var timesOpened = 0
    private(set) var isOpen = false
    let losses = FrameLosses(skipped: 7)

    init(openings: [CameraError?] = [], pictures: [CameraError?] = []) {
      self.openings = openings
      self.pictures = pictures
    }

    func open() throws(CameraError) {
      timesOpened += 1
      if !openings.isEmpty, let error = openings.removeFirst() { throw error }
      isOpen = true
    }

    func nextFrame() throws(CameraError) -> Frame {
      guard isOpen else { throw .closed }
      if !pictures.isEmpty, let error = pictures.removeFirst() { throw error }
      do {
        return try Frame(width: 1, height: 1, bgr: [1, 2, 3])
      } catch {
        throw .closed
      }
    }

    func close() { isOpen = false }
  }

  /// Takes its time to open.
  private actor SlowSource: FrameSource {
    private(set) var isOpening = false
    private(set) var isOpen = false
    let losses = FrameLosses()
    private let gate = AsyncStream<Void>.makeStream()

    func open() async {
      isOpening = true
      for await _ in gate.stream {}
      isOpen = true
    }

    func letOpen() { gate.continuation.finish() }

    func nextFrame() throws(CameraError) -> Frame { throw .closed }

    func close() { isOpen = false }
  }

  private static let unplugged = CameraError.lost("/dev/video0", reason: "it was unplugged")
  private static let missing = CameraError.cannotOpen("/dev/video0", reason: "it is not there")

  private let clock = ManualClock()

  private func words(_ report: SteadyCamera.Report) -> String {
    switch report {
    case .frame: "frame"
    case .lost(let error): "lost: \(error)"
    case .back(let gap): "back after \(gap.wholeMilliseconds) ms"
    case .closed: "closed"
    }
  }

  /// The next report, while time passes in the given steps whenever somebody waits for it.
  private func next(of camera: SteadyCamera, passing steps: [Duration]) async -> String {
    async let report = camera.next()
    for step in steps {
      await clock.waitForSleepers()
      clock.advance(by: step)
    }
    return words(await report)
  }

  @Test func `Whoever reads is told that the camera was lost and is back, and frames go on`() async {
    let source = ScriptedSource(
      openings: [nil, Self.missing, Self.missing], pictures: [nil, Self.unplugged])
    let camera = SteadyCamera(source: source, clock: clock)
    await camera.open()
    #expect(words(await camera.next()) == "frame")
    #expect(words(await camera.next()) == "lost: \(Self.unplugged)")
    #expect(await source.isOpen == false)
    let steps: [Duration] = [.milliseconds(500), .seconds(1), .seconds(2)]
    #expect(await next(of: camera, passing: steps) == "back after 3500 ms")
    #expect(words(await camera.next()) == "frame")
    #expect(await source.timesOpened == 4)
  }

  @Test func `A camera that is not there at the start is told lost, and found when it is plugged in`() async {
    let source = ScriptedSource(openings: [Self.missing])
    let camera = SteadyCamera(source: source, clock: clock)
    await camera.open()
    #expect(words(await camera.next()) == "lost: \(Self.missing)")
    #expect(await next(of: camera, passing: [.milliseconds(500)]) == "back after 500 ms")
  }

  @Test func `Whoever waits for an unplugged camera proves at every attempt that it works`() async {
    let rounds = Mutex(0)
    let attempts = LoopReport(roundDone: { rounds.withLock { $0 += 1 } }, rests: { _ in })
    let camera = SteadyCamera(
      source: ScriptedSource(openings: Array(repeating: Self.missing, count: 12)), clock: clock,
      attempts: attempts)
    await camera.open()
    _ = await camera.next()
    let reader = Task { await camera.next() }
    for _ in 0..<12 {
      let before = rounds.withLock { $0 }
      await clock.waitForSleepers()
      clock.advance(by: .seconds(10))
      // A test that runs out of its time is cancelled.
      while rounds.withLock({ $0 }) == before, !Task.isCancelled { await Task.yield() }
    }
    #expect(!Task.isCancelled)
    reader.cancel()
    _ = await reader.value
  }

  @Test func `Closing ends the wait for a lost camera at once`() async {
    let camera = SteadyCamera(source: ScriptedSource(openings: [Self.missing]), clock: clock)
    await camera.open()
    _ = await camera.next()
    async let report = camera.next()
    await clock.waitForSleepers()
    await camera.close()
    #expect(words(await report) == "closed")
    #expect(clock.sleeperCount == 0)
  }

  @Test func `Closed is closed, and opened again it sends`() async {
    let source = ScriptedSource()
    let camera = SteadyCamera(source: source, clock: clock)
    #expect(words(await camera.next()) == "closed")
    await camera.open()
    #expect(words(await camera.next()) == "frame")
    await camera.close()
    #expect(await source.isOpen == false)
    #expect(words(await camera.next()) == "closed")
    await camera.open()
    #expect(words(await camera.next()) == "frame")
  }

  @Test func `A device that is open only after it was closed is closed again`() async {
    let source = SlowSource()
    let camera = SteadyCamera(source: source, clock: clock)
    await camera.open()
    async let report = camera.next()
    while await !source.isOpening, !Task.isCancelled { await Task.yield() }
    await camera.close()
    await source.letOpen()
    #expect(words(await report) == "closed")
    #expect(await source.isOpen == false)
  }

  @Test func `A reader that is cancelled stops waiting`() async {
    let camera = SteadyCamera(source: ScriptedSource(openings: [Self.missing]), clock: clock)
    await camera.open()
    _ = await camera.next()
    let reader = Task { await camera.next() }
    await clock.waitForSleepers()
    reader.cancel()
    #expect(words(await reader.value) == "closed")
  }
}

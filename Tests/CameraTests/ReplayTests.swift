import Camera
import CanteenCore
import CanteenTestSupport
import Foundation
import Imaging
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ReplayTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let picture = try Frame(
      width: 200, height: 300, bgr: (0..<180_000).map { UInt8(truncatingIfNeeded: $0 / 7) })
    try Data(picture.jpeg(quality: 90)).write(to: folder.url.appending(path: "a.jpg"))
  }

  private static let visitor =
    "{ picture: a.jpg, face: [50, 60, 100, 130], walk_in: 0.4, stand: 0.4, walk_out: 0.4, gap_after: 0.4 }"

  private func scenario(_ text: String) throws -> Scenario {
    let file = folder.url.appending(path: "scenario.yaml")
    try text.write(to: file, atomically: true, encoding: .utf8)
    return try Scenario(file: file)
  }

  private func player(loop: Bool = true, seed: Int = 1) throws -> ScenarioPlayer {
    try ScenarioPlayer(
      scenario: scenario("{ fps: 10, seed: \(seed), loop: \(loop), visitors: [\(Self.visitor)] }"),
      pictures: folder.url)
  }

  @Test func `The same seed and moment give the same frame, another seed another`() throws {
    let first = try #require(try player().frame(6))
    #expect(first.bgr == (try player().frame(6))?.bgr)
    #expect(first.bgr != (try player(seed: 2).frame(6))?.bgr)
    #expect(first.bgr != (try player().frame(7))?.bgr)
    #expect((first.width, first.height) == (640, 480))
  }

  @Test func `A scenario that loops starts over, one that does not comes to its end`() throws {
    #expect(try player().frame(1_000) != nil)
    #expect(try player(loop: false).frame(15) != nil)
    #expect(try player(loop: false).frame(16) == nil)
  }

  @Test func `Frames come at their time and a slow taker gets the newest`() async throws {
    let clock = ManualClock()
    let camera = ReplayCamera(player: try player(), clock: clock)
    await camera.open()
    #expect(try await camera.nextFrame().sequence == 1)
    async let second = camera.nextFrame()
    await clock.waitForSleepers()
    clock.advance(by: .milliseconds(100))
    #expect(try await second.capturedAt == MonotonicInstant(sinceStart: .milliseconds(100)))
    #expect(await camera.losses.skipped == 0)
    clock.advance(by: .milliseconds(550))
    #expect(try await camera.nextFrame().capturedAt == MonotonicInstant(sinceStart: .milliseconds(600)))
    #expect(await camera.losses.skipped == 4)
  }

  @Test(arguments: [
    ("visitors: []", "there must be a visitor"),
    ("fps: 10", "\"visitors\" is missing"),
    ("{ fsp: 10, visitors: [{ picture: a.jpg, face: [1, 2, 30, 40] }] }", "did you mean \"fps\""),
    ("{ visitors: [{ picture: a.jpg, face: [1, 2, 3] }] }", "face"),
    (
      "{ visitors: [{ picture: a.jpg, face: [1, 2, 30, 40], walkin: 1 }] }",
      "did you mean \"visitors.0.walk_in\""
    ),
    ("{ visitors: [{ picture: a.jpg, face: [1, 2, 30, 40], stand: -1 }] }", "stand"),
    ("{ fps: many, visitors: [] }", "fps"),
    ("- 1\n- 2", "keys and values"), ("fps: 10\nvisitors: [", "line 3"), ("", "keys and values"),
  ])
  func `A malformed scenario is refused in one sentence that names the place`(text: String, words: String)
    throws
  {
    let error = #expect(throws: CameraError.self) { try scenario(text) }
    guard case .badScenario(let file, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(file.hasSuffix("scenario.yaml"))
    #expect(reason.contains(words), "\(reason)")
  }

  @Test func `A missing picture and a missing file are named`() throws {
    let missing = try scenario("{ visitors: [{ picture: b.jpg, face: [1, 2, 30, 40] }] }")
    let error = #expect(throws: CameraError.self) {
      try ScenarioPlayer(scenario: missing, pictures: folder.url)
    }
    #expect(error?.description.contains("b.jpg") == true)
    #expect(throws: CameraError.self) { try Scenario(file: folder.url.appending(path: "none.yaml")) }
  }

  @Test func `The demo's own scenario is well-formed`() throws {
    let scenario = try Scenario(file: TestMaterial.project("scenarios/canteen-line.yaml"))
    _ = try ScenarioPlayer(scenario: scenario, pictures: TestMaterial.portraits.url())
  }
}

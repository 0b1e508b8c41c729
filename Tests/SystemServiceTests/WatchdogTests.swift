import CanteenCore
import CanteenTestSupport
import Logging
import SystemService
import Testing

struct WatchdogTests {
  private enum Loop: String, CaseIterable { case checkout, uploader }

  private let folder: TemporaryFolder
  private let socket: NotifySocket
  private let clock = ManualClock()
  private let watchdog: Watchdog<Loop>

  init() throws {
    folder = try TemporaryFolder()
    socket = NotifySocket(in: folder, patience: .seconds(40))
    watchdog = Watchdog(
      manager: ServiceManager(environment: socket.environment, processID: 42), loops: Set(Loop.allCases),
      clock: clock,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  /// Runs the watchdog over `asks` quarters of its patience; `answer` is what the loops do when they are asked.
  private func run(asks: Int, answer: @escaping @Sendable (Int) -> Void) async {
    let (asked, ask) = AsyncStream<Void>.makeStream()
    await withTaskGroup { group in
      group.addTask { [watchdog] in await watchdog.run { ask.yield() } }
      var asked = asked.makeAsyncIterator()
      for number in 0..<asks {
        await asked.next()
        answer(number)
        await clock.waitForSleepers()
        clock.advance(by: .seconds(10))
      }
      await asked.next()
      group.cancelAll()
    }
  }

  @Test(.timeLimit(.minutes(5)))
  func `Loops that answer keep the watchdog fed, once for each time they are asked`() async {
    await run(asks: 8) { [watchdog] _ in
      for loop in Loop.allCases { watchdog.report(of: loop).roundDone() }
    }
    #expect(socket.heard() == Array(repeating: "WATCHDOG=1", count: 8))
  }

  @Test(.timeLimit(.minutes(5)))
  func `Time alone feeds nothing: a loop that hangs starves the watchdog, and is named`() async {
    await run(asks: 8) { [watchdog] number in
      watchdog.report(of: .checkout).roundDone()
      if number < 2 { watchdog.report(of: .uploader).roundDone() }
    }
    #expect(socket.heard() == ["WATCHDOG=1", "WATCHDOG=1", "STATUS=Waiting for uploader"])
  }

  @Test(.timeLimit(.minutes(5)))
  func `A loop that was slow once is forgiven when it goes on`() async {
    await run(asks: 4) { [watchdog] number in
      watchdog.report(of: .checkout).roundDone()
      if number != 1 { watchdog.report(of: .uploader).roundDone() }
    }
    #expect(
      socket.heard() == [
        "WATCHDOG=1", "STATUS=Waiting for uploader", "WATCHDOG=1", "STATUS=At work", "WATCHDOG=1",
      ])
  }

  @Test(.timeLimit(.minutes(5)))
  func `Without a watchdog nobody is asked for anything`() async {
    let unwatched = Watchdog<Loop>(
      manager: nil, loops: [.checkout], clock: clock,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    unwatched.report(of: .checkout).roundDone()
    await unwatched.run { Issue.record("a loop was asked") }
  }
}

import CanteenCore
import CanteenTestSupport
import Concurrency
import Testing

@Suite(.timeLimit(.minutes(5))) struct WakeSignalTests {
  private let clock = ManualClock()

  @Test func `A call while nobody waits ends the next wait, and several are one`() async {
    let signal = WakeSignal()
    signal.wake()
    signal.wake()
    await signal.wait()
    let second = Task { await signal.wait(atMost: .seconds(1), on: clock) }
    await clock.waitForSleepers(1)
    clock.advance(by: .seconds(1))
    await second.value
  }

  @Test func `Whoever waits is woken before the limit`() async {
    let signal = WakeSignal()
    let waiting = Task { await signal.wait(atMost: .seconds(3_600), on: clock) }
    await clock.waitForSleepers(1)
    signal.wake()
    await waiting.value
    #expect(clock.now == .start)
  }

  @Test func `A wait ends when its task is cancelled`() async {
    let signal = WakeSignal()
    let waiting = Task { await signal.wait() }
    waiting.cancel()
    await waiting.value
  }

  @Test func `Of several who wait nobody is forgotten`() async {
    let signal = WakeSignal()
    let waiting = (1...3).map { _ in Task { await signal.wait(atMost: .seconds(3_600), on: clock) } }
    await clock.waitForSleepers(3)
    // Each has begun to sleep; their waits begin at the same time, and a wake may come between two.
    while clock.sleeperCount > 0 {
      signal.wake()
      await Task.yield()
    }
    for task in waiting { await task.value }
  }

  @Test func `No call is lost between looking for work and waiting`() async {
    let signal = WakeSignal()
    let done = Broadcast(0)
    let worker = Task {
      while done.latest < 1_000 {
        await signal.wait()
        done.increment()
      }
    }
    var heard = done.values().makeAsyncIterator()
    for _ in 0..<1_000 {
      let before = done.latest
      signal.wake()
      while let now = await heard.next(), now == before {}
    }
    await worker.value
  }
}

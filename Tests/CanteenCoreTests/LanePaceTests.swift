import CanteenCore
import Testing

/// One pause for all calls to a platform.
struct LanePaceTests {
  private let start = MonotonicInstant.start
  private var pace = LanePace()

  private func at(_ seconds: Int64) -> MonotonicInstant { start.advanced(by: .seconds(seconds)) }

  private func allowed(_ pace: LanePace, at seconds: Int64, underWay: Int = 0) -> Int {
    pace.callsAllowed(ofAtMost: 16, underWay: underWay, at: at(seconds))
  }

  private let busy = Standstill(.busy(retryAfter: nil), reason: "429")
  private let merchant = Standstill(.merchant, reason: "NO_AUTH")

  @Test mutating func `A busy platform is left alone for longer each time, and then tried with one call`() {
    #expect(allowed(pace, at: 0) == 16)
    _ = pace.answered(about: "1", busy, at: at(0), jitter: 1)
    #expect(allowed(pace, at: 0) == 0)
    #expect(allowed(pace, at: 1) == 1)
    #expect(allowed(pace, at: 1, underWay: 1) == 0)
    _ = pace.answered(about: "2", busy, at: at(1), jitter: 1)
    #expect(allowed(pace, at: 2) == 0)
    #expect(allowed(pace, at: 3) == 1)
    _ = pace.answered(about: "3", nil, at: at(3), jitter: 1)
    #expect(allowed(pace, at: 3) == 16)
  }

  @Test mutating func `Answers to calls that were under way are no further failures`() {
    for number in 0..<16 { _ = pace.answered(about: "\(number)", busy, at: at(0), jitter: 1) }
    #expect(allowed(pace, at: 1) == 1)
    // One of them got through all the same.
    _ = pace.answered(about: "16", busy, at: at(1), jitter: 1)
    _ = pace.answered(about: "17", nil, at: at(1), jitter: 1)
    #expect(allowed(pace, at: 2) == 0)
  }

  @Test(arguments: [(60, 60), (0, 1), (-9, 1), (100_000, 600)] as [(Int64, Int64)])
  func `What the platform asks for is kept to, within reason`(asked: Int64, kept: Int64) {
    var pace = LanePace()
    let wish = Standstill(.busy(retryAfter: .seconds(asked)), reason: "429")
    _ = pace.answered(about: "1", wish, at: at(0), jitter: 1)
    #expect(allowed(pace, at: kept - 1) == 0)
    #expect(allowed(pace, at: kept) == 1)
  }

  @Test
  mutating func `One order that is refused for the merchant's sake stops nobody, three orders in a row do`() {
    for _ in 0..<9 {
      #expect(pace.answered(about: "poison", merchant, at: at(0), jitter: 1) == nil)
      #expect(allowed(pace, at: 0) == 16)
    }
    #expect(pace.answered(about: "2", nil, at: at(0), jitter: 1) == nil)
    #expect(pace.answered(about: "poison", merchant, at: at(0), jitter: 1) == nil)
    #expect(pace.answered(about: "3", merchant, at: at(0), jitter: 1) == nil)
    #expect(pace.answered(about: "4", merchant, at: at(0), jitter: 1) == .stopped(reason: "NO_AUTH"))
    #expect(pace.stoppedFor == "NO_AUTH")
    #expect(allowed(pace, at: 29) == 0)
    #expect(allowed(pace, at: 30) == 1)
    #expect(pace.answered(about: "5", merchant, at: at(30), jitter: 1) == nil, "said once")
    #expect(allowed(pace, at: 89) == 0)
    #expect(pace.answered(about: "6", nil, at: at(90), jitter: 1) == .resumed)
    #expect(allowed(pace, at: 90) == 16)
  }
}

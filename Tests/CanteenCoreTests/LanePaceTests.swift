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

  private let busy = LaneWord.standstill(Standstill(.busy(retryAfter: nil), reason: "429"))
  private let merchant = LaneWord.standstill(Standstill(.merchant, reason: "NO_AUTH"))

  @Test mutating func `A busy platform is left alone for longer each time, and then tried with one call`() {
    #expect(allowed(pace, at: 0) == 16)
    _ = pace.heard(busy, about: "1", at: at(0), jitter: 1)
    #expect(allowed(pace, at: 0) == 0)
    #expect(allowed(pace, at: 1) == 1)
    #expect(allowed(pace, at: 1, underWay: 1) == 0)
    _ = pace.heard(busy, about: "2", at: at(1), jitter: 1)
    #expect(allowed(pace, at: 2) == 0)
    #expect(allowed(pace, at: 3) == 1)
    _ = pace.heard(.dealsWithMoney, about: "3", at: at(3), jitter: 1)
    #expect(allowed(pace, at: 3) == 16)
  }

  @Test mutating func `Answers to calls that were under way are no further failures`() {
    for number in 0..<16 { _ = pace.heard(busy, about: "\(number)", at: at(0), jitter: 1) }
    #expect(allowed(pace, at: 1) == 1)
    // One of them got through all the same.
    _ = pace.heard(busy, about: "16", at: at(1), jitter: 1)
    _ = pace.heard(.dealsWithMoney, about: "17", at: at(1), jitter: 1)
    #expect(allowed(pace, at: 2) == 0)
  }

  @Test(arguments: [(60, 60), (0, 1), (-9, 1), (100_000, 600)] as [(Int64, Int64)])
  func `What the platform asks for is kept to, within reason`(asked: Int64, kept: Int64) {
    var pace = LanePace()
    let wish = LaneWord.standstill(Standstill(.busy(retryAfter: .seconds(asked)), reason: "429"))
    _ = pace.heard(wish, about: "1", at: at(0), jitter: 1)
    #expect(allowed(pace, at: kept - 1) == 0)
    #expect(allowed(pace, at: kept) == 1)
  }

  @Test
  mutating func `One order that is refused for the merchant's sake stops nobody, three orders in a row do`() {
    for _ in 0..<9 {
      #expect(pace.heard(merchant, about: "poison", at: at(0), jitter: 1) == nil)
      #expect(allowed(pace, at: 0) == 16)
    }
    #expect(pace.heard(.dealsWithMoney, about: "2", at: at(0), jitter: 1) == nil)
    #expect(pace.heard(merchant, about: "poison", at: at(0), jitter: 1) == nil)
    #expect(pace.heard(merchant, about: "3", at: at(0), jitter: 1) == nil)
    #expect(pace.heard(merchant, about: "4", at: at(0), jitter: 1) == .stopped(reason: "NO_AUTH"))
    #expect(pace.stoppedFor == "NO_AUTH")
    #expect(allowed(pace, at: 29) == 0)
    #expect(allowed(pace, at: 30) == 1)
    #expect(pace.heard(merchant, about: "5", at: at(30), jitter: 1) == nil, "said once")
    #expect(allowed(pace, at: 89) == 0)
    #expect(pace.heard(.dealsWithMoney, about: "6", at: at(90), jitter: 1) == .resumed)
    #expect(allowed(pace, at: 90) == 16)
  }

  @Test mutating func `An answered question ends a busy platform's pause, but not a merchant's stop`() {
    _ = pace.heard(busy, about: "1", at: at(0), jitter: 1)
    _ = pace.heard(.answersQuestions, about: "2", at: at(0), jitter: 1)
    #expect(allowed(pace, at: 0) == 0, "it was under way when the pause began")
    _ = pace.heard(.answersQuestions, about: "2", at: at(1), jitter: 1)
    #expect(allowed(pace, at: 1) == 16)

    for number in 3...5 { _ = pace.heard(merchant, about: "\(number)", at: at(1), jitter: 1) }
    #expect(pace.heard(.answersQuestions, about: "6", at: at(31), jitter: 1) == nil)
    #expect(pace.stoppedFor == "NO_AUTH")
    #expect(allowed(pace, at: 31) == 1)
  }

  @Test mutating func `A question between two refusals clears nobody of suspicion`() {
    for number in 1...2 { _ = pace.heard(merchant, about: "\(number)", at: at(0), jitter: 1) }
    _ = pace.heard(.answersQuestions, about: "3", at: at(0), jitter: 1)
    #expect(pace.heard(merchant, about: "4", at: at(0), jitter: 1) == .stopped(reason: "NO_AUTH"))
  }
}

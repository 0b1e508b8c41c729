import Testing

@testable import SystemTrials

struct MachinePaceTests {
  @Test func `A slow machine is given more time, a fast one no less`() {
    #expect(MachinePace(captureMilliseconds: 40).stretched(.seconds(60)) == .seconds(150))
    #expect(MachinePace(captureMilliseconds: 4).stretched(.seconds(60)) == .seconds(60))
  }

  @Test func `A till that looks every 0.3 s follows a face, and one that looks more rarely does not`() {
    #expect(MachinePace.followsFaces(frames: 34, in: .seconds(10)))
    #expect(!MachinePace.followsFaces(frames: 33, in: .seconds(10)))
  }

  @Test func `What a machine is too slow for is no fault, and no proof either`() {
    var findings = TrialFindings()
    #expect(findings.verdict == .holds)
    findings.unjudged.append("nobody paid")
    #expect(findings.verdict == .tooSlowToJudge)
    findings.append("an order was lost")
    #expect(findings.verdict == .failed)
  }
}

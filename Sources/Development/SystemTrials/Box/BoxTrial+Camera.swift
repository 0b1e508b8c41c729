import Foundation
import Stage
import TillAPI

extension BoxTrial {
  /// Frames flow, a face pays, the camera may be unplugged and come back, and it closes when nobody is there.
  func proveCamera(_ figures: inout BoxTrialReport.Figures, _ findings: inout TrialFindings) async throws {
    (figures, findings) = try await observing { [figures, findings] in
      var (figures, findings) = (figures, findings)
      try await box.show(Self.film)
      try await proveSale(&findings)
      try await proveReplug(&figures, &findings)
      try await proveProtection(&figures, &findings)
      figures.frames = try await framesTaken
      return (figures, findings)
    }
  }

  private func proveSale(_ findings: inout TrialFindings) async throws {
    let before = try await framesTaken
    guard try await time(until: .seconds(60), { try await framesTaken > before + 10 }) != nil else {
      findings.append("no frames came from the camera")
      return
    }
    if let paid = try await faceHasPaid() {
      progress("frames flow, and a face paid in \(paid.tenths) s")
    } else {
      try await noteUnpaid("the face before the camera could not pay", &findings)
    }
  }

  private func proveReplug(_ figures: inout BoxTrialReport.Figures, _ findings: inout TrialFindings)
    async throws
  {
    let process = try await box.processID()
    try await box.unplugCamera()
    if try await time(until: .seconds(30), { try await stage.tillStatus().blockers.isEmpty == false }) == nil
    {
      findings.append("the till does not say that its camera is gone")
    }
    await load.takeByHand()
    let before = try await framesTaken
    let start = ContinuousClock.now
    try await box.plugInCamera()
    guard try await time(until: .seconds(60), { try await framesTaken > before }) != nil else {
      findings.append("no frame came within a minute after the camera was back")
      return
    }
    let back = start.duration(to: .now)
    figures.replugSeconds = back.tenths
    // The film was played into the same driver and went with it.
    try await box.show(Self.film)
    let paid = try await faceHasPaid()
    let isTheSame = try await box.processID() == process
    figures.unplugSurvived = paid != nil && isTheSame
    if !isTheSame { findings.append("the till did not survive that its camera was pulled out") }
    if paid == nil { try await noteUnpaid("selling did not go on after the camera was back", &findings) }
    progress("unplugged while streaming: frames \(back.tenths) s after the camera's return")
  }

  private func proveProtection(_ figures: inout BoxTrialReport.Figures, _ findings: inout TrialFindings)
    async throws
  {
    let start = ContinuousClock.now
    try await box.showNobody()
    guard try await time(until: .seconds(60), { try await !box.cameraIsHeld() }) != nil else {
      findings.append("the camera is still held a minute after the last face")
      return
    }
    let closed = start.duration(to: .now)
    figures.closedAfterSeconds = closed.tenths
    // Anything sooner than the timer would be a till that lost its camera.
    if closed < slowness.stretched(.seconds(30)) {
      findings.append("the camera was let go of after only \(closed.tenths) s")
    }
    let before = try await framesTaken
    try await stage.wakeCamera(at: .terminal)
    let woken = try await time(until: .seconds(30)) {
      let framesCame = try await framesTaken > before
      let isHeld = try await box.cameraIsHeld()
      return framesCame && isHeld
    }
    figures.reopened = woken != nil
    if woken == nil { findings.append("the wake call did not open the camera") }
    progress(
      "closed \(closed.tenths) s after the last face; \(woken == nil ? "not " : "")opened by the wake call")
  }

  /// A till that hangs is killed and started again, and sells.
  func proveWatchdog(_ figures: inout BoxTrialReport.Figures, _ findings: inout TrialFindings) async throws {
    let before = try await box.restarts()
    try await box.hang()
    let restarted = try await time(until: .seconds(240)) { try await box.restarts() > before }
    figures.watchdogRestarts = try await box.restarts() - before
    guard let restarted else {
      findings.append("a till that hangs is not started again")
      return
    }
    let open = try await waitUntilOpen()
    progress("hung: started again after \(restarted.tenths) s, open after \(open.tenths) s more")
  }
}

extension Duration {
  /// Seconds with one decimal.
  var tenths: Double { ((self / .milliseconds(100)).rounded()) / 10 }
}

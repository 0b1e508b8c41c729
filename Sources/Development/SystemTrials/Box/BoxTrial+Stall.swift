import Stage
import TillAPI

extension BoxTrial {
  /// A camera that sends JPEGs, some of them broken, may fall silent without being pulled out.
  ///
  /// The till is given that camera for this, and the first one back afterwards.
  func proveStall(_ figures: inout BoxTrialReport.Figures, _ findings: inout TrialFindings) async throws {
    try await box.set(camera: .loopback, pace: slowness)
    try await box.sendJPEGs(Self.jpegs)
    try await box.restart()
    try await waitUntilOpen()
    (figures, findings) = try await observing { [figures, findings] in
      var (figures, findings) = (figures, findings)
      try await proveSilence(&figures, &findings)
      return (figures, findings)
    }
    try await box.stopJPEGs()
    try await box.set(camera: .vivid, pace: slowness)
    try await box.restart()
    try await waitUntilOpen()
  }

  private func proveSilence(_ figures: inout BoxTrialReport.Figures, _ findings: inout TrialFindings)
    async throws
  {
    let process = try await box.processID()
    guard let first = try await faceHasPaid() else {
      return try await noteUnpaid("the face before a camera that sends JPEGs could not pay", &findings)
    }
    // Only the newest picture is looked at, so most of the broken ones are passed over unseen.
    if try await time(until: .seconds(60), { try await stage.tillStatus().counts.framesBroken > 0 }) == nil {
      findings.append("the till did not notice that every tenth JPEG is broken")
    }
    try await box.stallJPEGs()
    if try await time(until: .seconds(30), { try await !stage.tillStatus().blockers.isEmpty }) == nil {
      findings.append("the till does not say that its camera fell silent")
    }
    await load.takeByHand()
    try await box.resumeJPEGs()
    let again = try await faceHasPaid()
    let isTheSame = try await box.processID() == process
    figures.stallSurvived = again != nil && isTheSame
    if !isTheSame { findings.append("the till did not survive that its camera fell silent") }
    if again == nil { try await noteUnpaid("selling did not go on after the camera sent again", &findings) }
    progress(
      "JPEGs, every tenth broken: a face paid in \(first.tenths) s; the camera fell silent and sent again, and a face "
        + (again.map { "paid in \($0.tenths) s" } ?? "could not pay"))
  }
}

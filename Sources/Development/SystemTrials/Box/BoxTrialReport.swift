/// What the trial ends with.
public struct BoxTrialReport: Sendable {
  public let figures: Figures
  public let findings: TrialFindings
  /// What was sold, for people.
  public let summary: String

  public struct Figures: Sendable, Encodable {
    public var verdict = TrialFindings.Verdict.holds
    /// How many times the usual time the machine was given.
    public var slowness = 1.0
    /// Frames that the till took from the first camera before it was given the second.
    public var frames = 0
    /// The same process went on selling when the camera was back.
    public var unplugSurvived = false
    /// From the camera's return to the next frame.
    public var replugSeconds = 0.0
    /// From the last face to the moment when no process held the device.
    public var closedAfterSeconds = 0.0
    /// The wake call brought frames again.
    public var reopened = false
    /// A camera of JPEGs, every tenth broken, stopped sending and sent again, and the same process sold on.
    public var stallSurvived = false
    /// Pages of the two screens that were shown, and again after their display had crashed.
    public var screens = 0
    public var screensAfterCrash = 0
    public var watchdogRestarts = 0
    public var powerCuts = 0
    /// Shown as accepted, or confirmed to staff, before a power cut.
    public var ordersBefore = 0
    /// In the till's ledger after the last power cut.
    public var ordersAfter = 0
    public var lost = 0
    public var duplicated = 0
    /// CPU time to take and convert a frame, and how many times what `v4l2-ctl` needs to take one.
    public var captureMilliseconds = 0.0
    public var captureRatio = 0.0
    /// By `systemd-analyze security`, 0 … 10; nil when the package was not at hand.
    public var exposureOfTerminal: Double?
    public var exposureOfGateway: Double?

    private enum CodingKeys: String, CodingKey {
      case verdict, slowness, frames, reopened, screens, lost, duplicated
      case unplugSurvived = "unplug_survived"
      case replugSeconds = "replug_seconds"
      case closedAfterSeconds = "closed_after_s"
      case stallSurvived = "stall_survived"
      case screensAfterCrash = "screens_after_crash"
      case watchdogRestarts = "watchdog_restarts"
      case powerCuts = "power_cuts"
      case ordersBefore = "orders_before"
      case ordersAfter = "orders_after"
      case captureMilliseconds = "capture_cpu_ms"
      case captureRatio = "capture_cpu_ratio"
      case exposureOfTerminal = "exposure_terminal"
      case exposureOfGateway = "exposure_gateway"
    }
  }
}

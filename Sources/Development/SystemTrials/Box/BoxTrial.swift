import Camera
import CanteenCore
import Foundation
import Stage
import Synchronization
import TillAPI

/// Installs the till's package on a machine of its own with a virtual camera and proves there what only a whole
/// machine can prove; gateway and sandbox run on the host.
///
/// The machine is emulated and everything in it takes five to twenty times as long, so the limits here say
/// only that something happens at all. Its slowness is measured first; limits and the till's timers are
/// stretched by it, and what the machine is too slow for does not count against the till.
public final class BoxTrial: Sendable {
  /// Three looks by an emulated neural network, and whatever else the machine does at the time.
  static let faceLimit: Duration = .seconds(90)
  /// From the start of the service until everybody could pay: models and library are loaded, the lease read.
  static let openingLimit: Duration = .seconds(240)

  let plan: TrialPlan
  let stage: DemoStage
  let machine: Machine
  let box: TillBox
  let observed = ObservedOrders()
  let amounts = AmountAllocator()
  let progress: @Sendable (String) -> Void
  private let door: Int
  private let pace = Mutex(MachinePace.usual)

  /// - Throws: ``StageError`` when there is no free port.
  public init(_ plan: TrialPlan, progress: @escaping @Sendable (String) -> Void) throws {
    self.plan = plan
    self.progress = progress
    stage = DemoStage(plan: plan.stage, progress: progress)
    door = plan.stage.ports.terminal
    let folder = plan.stage.folder
    machine = Machine(
      parts: .init(
        kernel: plan.image.appending(path: "vmlinuz"),
        initialRAMDisk: plan.image.appending(path: "initrd.img"),
        disk: plan.image.appending(path: "disk.img"), sharedFolder: folder.appending(path: "host"),
        folder: folder, doors: [(host: door, machine: TillBox.door)]))
    box = TillBox(machine: machine)
  }

  /// Leaves no program running, however it ends.
  ///
  /// - Throws: ``StageError`` when the trial cannot go on; the service's last lines are reported as progress.
  public func run() async throws -> BoxTrialReport {
    do {
      let report = try await prove()
      await stop()
      return report
    } catch {
      progress("the service's last lines:\n\(await box.journal())")
      await stop()
      throw error
    }
  }

  private func stop() async {
    await machine.cutPower()
    await stage.stop()
  }

  private func prove() async throws -> BoxTrialReport {
    var figures = BoxTrialReport.Figures()
    var findings = TrialFindings()
    try await stage.setUp()
    try await prepareMachine()
    try await measureExposure(&figures)
    try await measureCapture(&figures)
    pace.withLock { [figures] in $0 = MachinePace(captureMilliseconds: figures.captureMilliseconds) }
    figures.slowness = (slowness.slowness * 10).rounded() / 10
    progress("this machine is given \(figures.slowness) times the usual time")
    try await box.set(camera: .vivid, pace: slowness)
    try await openTill()
    if plan.writesAreForced {
      try await proveCamera(&figures, &findings)
      try await proveStall(&figures, &findings)
      try await proveScreens(&figures, &findings)
      try await proveWatchdog(&figures, &findings)
    }
    let sales = try await provePowerCuts(&figures)
    findings.faults += sales.findings
    figures.verdict = findings.verdict
    return BoxTrialReport(figures: figures, findings: findings, summary: sales.summary)
  }

  // MARK: Setting up

  private func prepareMachine() async throws {
    let host = plan.stage.folder.appending(path: "host")
    let films = host.appending(path: "films")
    try FileManager.default.createDirectory(at: films, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: plan.stage.models.resolvingSymlinksInPath(), to: host.appending(path: "models"))
    for package in [plan.terminalPackage, plan.gatewayPackage].compactMap(\.self) {
      try FileManager.default.copyItem(at: package, to: host.appending(path: package.lastPathComponent))
    }
    let film = try Film(of: Scenario(file: plan.stage.scenario), pictures: plan.stage.portraits)
    try film.write(to: films.appending(path: Self.film))
    try film.writeJPEGs(to: films.appending(path: Self.jpegs))
    try await machine.unpack()
    progress("switching the machine on")
    let time = try await machine.boot()
    progress("booted in \(time.components.seconds) s; installing \(plan.terminalPackage.lastPathComponent)")
    try await box.install(package: plan.terminalPackage.lastPathComponent, models: "models")
  }

  private func measureExposure(_ figures: inout BoxTrialReport.Figures) async throws {
    figures.exposureOfTerminal = try await box.exposure(ofUnit: TillBox.service)
    guard let package = plan.gatewayPackage?.lastPathComponent else { return }
    try await machine.run("dpkg-deb --extract /host/\(package) /tmp/gateway", within: .seconds(300))
    figures.exposureOfGateway = try await box.exposure(
      ofUnit: "/tmp/gateway/usr/lib/systemd/system/canteen-gateway.service")
    try await machine.run("rm -r /tmp/gateway")
  }

  private func openTill() async throws {
    if !plan.writesAreForced { try await box.doWithoutForcedWrites() }
    progress("pairing the till")
    let code = try await stage.pairingCode(forTillNamed: "till-1")
    try await box.open(pairingPort: stage.pairingPort, code: code)
    try await waitUntilOpen()
  }

  /// Waits until everybody could pay by face.
  @discardableResult
  func waitUntilOpen() async throws -> Duration {
    let start = ContinuousClock.now
    await stage.takeIn(.terminal, answeringAt: door)
    try await stage.waitUntilFacesAreAccepted(at: .terminal, within: slowness.stretched(Self.openingLimit))
    return start.duration(to: .now)
  }

  /// The one film of the trial: an enrolled pupil who stands there.
  static let film = "pupil"
  /// The same as JPEGs, some of them broken.
  static let jpegs = "pupil-jpegs"

  // MARK: Selling

  /// Does something while all that the staff page shows is noted.
  func observing<Result: Sendable>(_ work: @Sendable () async throws -> Result) async throws -> Result {
    let load = load
    let watching = Task { await load.watchPage() }
    defer { watching.cancel() }
    return try await work()
  }

  var load: TillLoad {
    TillLoad(
      stage: stage, till: .terminal, observed: observed, amounts: amounts, longestBreath: .milliseconds(300),
      patienceWithFace: slowness.stretched(.seconds(10)))
  }

  /// The measured pace; the usual one before it is measured.
  var slowness: MachinePace { pace.withLock(\.self) }

  /// Notes that somebody stands in front of the camera and did not pay in time.
  func noteUnpaid(_ what: String, _ findings: inout TrialFindings) async throws {
    let (time, before) = (Duration.seconds(10), try await framesTaken)
    try await Task.sleep(for: time)
    let looks = try await framesTaken - before
    if MachinePace.followsFaces(frames: looks, in: time) {
      findings.append(what)
    } else {
      findings.unjudged.append(
        "\(what); but this machine looks at \(looks) frames in \(time), too few to follow a face")
    }
  }

  /// Keys an amount and waits until the face in front of the camera has paid it.
  ///
  /// - Returns: how long that took; nil when nobody paid.
  func faceHasPaid() async throws -> Duration? {
    guard let amount = await amounts.amountForFace() else { return nil }
    try await stage.wakeCamera(at: .terminal)
    await observed.willKey(amount)
    try await stage.send(KeyedSale(yuan: amount.yuan), to: TillOperations.keyAmount, at: .terminal)
    try await stage.allowRepeat(at: .terminal)
    return try await time(until: Self.faceLimit) { await observed.isAccepted(amount, at: .terminal) }
  }

  var framesTaken: Int {
    get async throws { try await stage.tillStatus().counts.frames }
  }

  /// - Parameter limit: on a machine of the usual pace.
  /// - Returns: how long it took until something held; nil when it did not in time.
  func time(until limit: Duration, _ holds: () async throws -> Bool) async throws -> Duration? {
    let (start, limit) = (ContinuousClock.now, slowness.stretched(limit))
    while start.duration(to: .now) < limit {
      if try await holds() { return start.duration(to: .now) }
      try await Task.sleep(for: .milliseconds(100))
    }
    return nil
  }
}

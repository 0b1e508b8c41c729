import TillAPI
package import CanteenCore
package import Concurrency
import GatewayProtocol
package import Logging
package import OrderLedger

/// Performs what the rules of checkout and camera protection decide: books orders, opens and closes the
/// camera, and shows where the sale stands.
package actor CheckoutService {
  /// Everything the pages and the camera need to know about the sale at one moment.
  package struct Snapshot: Sendable, Equatable {
    package var phase = CheckoutSession.Phase.idle
    package var notice: StaffNotice?
    package var faceBlockers: Set<FaceBlocker> = []
    package var cameraPhase = CameraProtection.Phase.closed
    package var showsPreview = false
  }

  package nonisolated let snapshots = Broadcast(Snapshot())
  package nonisolated let wish = Broadcast(VisionWish())

  private static let longestWait: Duration = .seconds(60)

  var session: CheckoutSession
  var camera: CameraController
  var cameraClosings = 0
  var lease: Lease?
  var shift: Shift?
  /// Payment codes that got no meal and whose closing is not in the ledger yet.
  var unwrittenClosures: [(number: OutTradeNumber, reason: String)] = []

  let ledger: OrderLedger
  let uploader: OrderUploader
  let issuer: any CredentialIssuer
  let codes: CodeCollector
  let metrics: TillMetrics
  let clock: any MonotonicClock
  let wallClock: TillClock
  let logger: Logger
  private let deadlineMovedUp = WakeSignal()
  private let report: LoopReport
  /// The moment ``run()`` waits for.
  private var awaited = MonotonicInstant.start

  package init(
    session: CheckoutSession, camera: CameraController, ledger: OrderLedger, uploader: OrderUploader,
    issuer: any CredentialIssuer, codes: CodeCollector, metrics: TillMetrics, clock: any MonotonicClock,
    wallClock: TillClock,
    logger: Logger, report: LoopReport = .unheard
  ) {
    self.session = session
    self.camera = camera
    self.ledger = ledger
    self.uploader = uploader
    self.issuer = issuer
    self.codes = codes
    self.metrics = metrics
    self.clock = clock
    self.wallClock = wallClock
    self.logger = logger
    self.report = report
  }

  /// Runs the timers of checkout and camera, and the payment codes, until cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.keepTime() }
      group.addTask { await self.codes.run { await self.receive(.codeAnswered($0, $1)) } }
    }
  }

  /// Has the gateway asked about the payment codes that wait, as ``run()`` does all the time.
  package func decideCodes() async {
    await codes.work { await self.receive(.codeAnswered($0, $1)) }
  }

  private func keepTime() async {
    while !Task.isCancelled {
      awaited = deadline ?? clock.now.advanced(by: Self.longestWait)
      await deadlineMovedUp.wait(atMost: clock.now.duration(to: awaited), on: clock)
      guard !Task.isCancelled else { return }
      await tick()
      report.roundDone()
    }
  }

  /// Has ``run()`` do a round now, due or not.
  nonisolated func askForRound() { deadlineMovedUp.wake() }

  /// Lets whatever is due by now happen.
  package func tick() async {
    guard let deadline, deadline <= clock.now else { return }
    await receive(.tick)
    await protect(.tick)
  }

  private var deadline: MonotonicInstant? {
    [session.deadline, camera.deadline].compactMap(\.self).min()
  }

  /// A deadline that moved later needs no signal: the wait ends at the old time, finds nothing due and waits
  /// again. A wait that is cut short keeps its timer until its original end, so none is cut short needlessly.
  func keepDeadline() {
    if let deadline, deadline < awaited { deadlineMovedUp.wake() }
  }

  package func receive(_ event: CheckoutSession.Event) async {
    await lookAtTheClock()
    await perform(session.receive(event, at: clock.now))
  }

  /// Replaces the blockers that one source has found; an empty set when that source is fine again.
  package func block(_ blockers: Set<FaceBlocker>, by source: FaceBlockerSource) async {
    guard session.faceBlockers[source] != blockers else { return }
    let actions = session.receive(.blocked(blockers, by: source), at: clock.now)
    let all = session.faceBlockers.all.map(\.rawValue).sorted().joined(separator: ",")
    logger.notice("What keeps faces from paying has changed", metadata: ["blockers": "\(all)"])
    await perform(actions)
  }

  /// Updates what changes with time alone: the school's time, the lease, and the trust in the clock itself.
  package func lookAtTheClock() async {
    let reading = wallClock.reading()
    session.schoolTime = session.rules.plan.schoolTime(reading.time)
    let lapsed: FaceBlocker? =
      if let lease { lease.expiresAt <= reading.time ? .leaseExpired : nil } else { .noLease }
    await block(lapsed.map { [$0] } ?? [], by: .lease)
    await block(reading.quality == .untrusted ? [.clockUntrusted] : [], by: .clock)
  }

  func perform(_ actions: [CheckoutSession.Action]) async {
    for action in actions {
      switch action {
      case .amountLocked:
        await protect(.amountLocked)
      case .amountReleased:
        await protect(.amountReleased)
      case .matched:
        await protect(.matched)
      case .phoneTailAsked:
        metrics.count { $0.phoneTailsAsked += 1 }
        // A user who is asked has matched as far as a face can, so the timer for the locked amount restarts.
        if camera.phase == .postRecognition { await protect(.amountLocked) }
      case .phoneTailRight:
        metrics.count { $0.phoneTailsRight += 1 }
      case .phoneTailWrong:
        metrics.count { $0.phoneTailsWrong += 1 }
      case .book(let order):
        publish()
        await book(order)
      case .collect(let attempt, let code):
        publish()
        await collect(attempt, with: code)
      case .ask(let attempt):
        codes.ask(about: attempt.number)
      case .close(let attempt, let reason):
        await close(attempt, because: reason)
      }
    }
    publish()
    keepDeadline()
  }

  func publish() {
    let snapshot = Snapshot(
      phase: session.phase, notice: session.notice, faceBlockers: session.faceBlockers.all,
      cameraPhase: camera.phase, showsPreview: camera.wish.showsPreview)
    if snapshot != snapshots.latest { snapshots.send(snapshot) }
    let wanted = VisionWish(
      camera: camera.wish, round: session.identificationRound, closings: cameraClosings)
    if wanted != wish.latest { wish.send(wanted) }
  }
}

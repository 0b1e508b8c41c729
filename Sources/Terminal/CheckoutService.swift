import CanteenCore
import Daemon
import Foundation
import GatewayProtocol
import Logging
import OrderLedger

/// Performs what the rules of checkout and camera protection decide: books orders, opens and closes the
/// camera, and shows where the sale stands.
actor CheckoutService {
  /// Everything the pages and the camera need to know about the sale at one moment.
  struct Snapshot: Sendable, Equatable {
    var phase = CheckoutSession.Phase.idle
    var notice: StaffNotice?
    var faceBlockers: Set<FaceBlocker> = []
    var cameraPhase = CameraProtection.Phase.closed
    /// Grows whenever faces must be looked at anew; nil while nobody needs to be recognised.
    var identificationRound: Int?
  }

  nonisolated let snapshots = Broadcast(Snapshot())
  /// The camera should be open.
  nonisolated let cameraWanted = Broadcast(false)

  private static let longestWait: Duration = .seconds(60)

  private var session: CheckoutSession
  private var protection: CameraProtection
  private var round = 0
  private var lease: Lease?

  private let ledger: OrderLedger
  private let uploader: OrderUploader
  private let issuer: any CredentialIssuer
  private let metrics: TillMetrics
  private let clock: any MonotonicClock
  private let wallClock: any WallClock
  private let logger: Logger
  private let deadlineMovedUp = Doorbell()
  /// The moment ``run()`` waits for.
  private var awaited = MonotonicInstant.start

  init(
    session: CheckoutSession, protection: CameraProtection, ledger: OrderLedger, uploader: OrderUploader,
    issuer: any CredentialIssuer, metrics: TillMetrics, clock: any MonotonicClock, wallClock: any WallClock,
    logger: Logger
  ) {
    self.session = session
    self.protection = protection
    self.ledger = ledger
    self.uploader = uploader
    self.issuer = issuer
    self.metrics = metrics
    self.clock = clock
    self.wallClock = wallClock
    self.logger = logger
  }

  /// Keeps the time of both rule machines until cancelled.
  func run() async {
    while !Task.isCancelled {
      awaited = deadline ?? clock.now.advanced(by: Self.longestWait)
      await deadlineMovedUp.wait(atMost: clock.now.duration(to: awaited), on: clock)
      if let deadline, deadline <= clock.now, !Task.isCancelled {
        await receive(.tick)
        await protect(.tick)
      }
    }
  }

  private var deadline: MonotonicInstant? {
    [session.deadline, protection.deadline].compactMap(\.self).min()
  }

  /// A deadline that moved back needs no word: its old time finds nothing due and waits on. A wait that is
  /// broken off keeps its timer until it would have ended, so none is broken off without need.
  private func keepDeadline() {
    if let deadline, deadline < awaited { deadlineMovedUp.ring() }
  }

  // MARK: Staff

  func keyAmount(_ amount: Fen) async throws(CheckoutRefusal) {
    let actions = try session.keyAmount(amount, at: clock.now)
    await perform(actions)
  }

  func takeByStaff(_ amount: Fen?) async throws(CheckoutRefusal) {
    let actions = try session.takeByStaff(amount, at: clock.now)
    await perform(actions)
  }

  func cancel() async { await receive(.cancelled) }

  func allowRepeat() async {
    round += 1
    await receive(.repeatAllowed)
  }

  func wakeCamera() async { await protect(.wake) }

  func closeCamera() async { await protect(.close) }

  // MARK: Camera and services

  /// A face is in the picture, near or far.
  func faceSeen() async { await protect(.faceSeen) }

  func receive(_ event: CheckoutSession.Event) async {
    await perform(session.receive(event, at: clock.now))
  }

  func set(_ blocker: FaceBlocker, active: Bool) async {
    guard session.faceBlockers.contains(blocker) != active else { return }
    var blockers = session.faceBlockers
    if active { blockers.insert(blocker) } else { blockers.remove(blocker) }
    logger.notice(
      "What keeps faces from paying has changed",
      metadata: ["blockers": "\(blockers.map(\.rawValue).sorted().joined(separator: ","))"])
    await receive(.faceBlockers(blockers))
  }

  func use(_ lease: Lease?) async {
    self.lease = lease
    session.limits = lease?.limits ?? .platformCeiling
    await set(.noLease, active: lease == nil)
  }

  // MARK: Doing

  private func perform(_ actions: [CheckoutSession.Action]) async {
    for action in actions {
      switch action {
      case .amountLocked:
        round += 1
        await protect(.amountLocked)
      case .amountReleased:
        round += 1
        await protect(.amountReleased)
      case .matched:
        await protect(.matched)
      case .book(let order):
        publish()
        await book(order)
      }
    }
    publish()
    keepDeadline()
  }

  private func protect(_ event: CameraProtection.Event) async {
    for action in protection.receive(event, at: clock.now) {
      switch action {
      case .openCamera:
        cameraWanted.send(true)
      case .closeCamera:
        cameraWanted.send(false)
        await receive(.cameraClosed)
      case .timeOutSession:
        await receive(.sessionTimedOut)
      }
    }
    publish()
    keepDeadline()
  }

  private func book(_ pending: CheckoutSession.PendingOrder) async {
    let number = pending.locked.number
    do {
      _ = try await ledger.accept(order(from: pending))
      metrics.orderAccepted(
        facePresentFor: pending.identification.map { $0.facePresentAt.duration(to: clock.now) })
      await set(.ledgerFailed, active: false)
      await receive(.booked(number))
      uploader.entryAppended()
    } catch {
      logger.error("An order was not booked", metadata: ["order": "\(number)", "error": "\(error)"])
      if error is LedgerError { await set(.ledgerFailed, active: true) }
      await receive(.bookingFailed(number, reason: "\(error)"))
    }
  }

  private func order(from pending: CheckoutSession.PendingOrder) throws -> Order {
    let now = wallClock.now()
    let means: PaymentMeans
    switch pending.means {
    case .takenByStaff:
      means = .takenByStaff
    case .face(let identification, let recognition):
      guard let lease, lease.expiresAt > now else { throw NoLease() }
      means = .face(
        FacePayment(
          user: identification.user, recognition: recognition,
          faceToken: try issuer.faceToken(
            for: identification.user, amount: pending.locked.amount, number: pending.locked.number,
            under: lease, at: now),
          evidence: identification.evidence))
    }
    return Order(
      outTradeNumber: pending.locked.number, amount: pending.locked.amount, amountMode: pending.locked.mode,
      acceptedAt: now, means: means)
  }

  private func publish() {
    let snapshot = Snapshot(
      phase: session.phase, notice: session.notice, faceBlockers: session.faceBlockers,
      cameraPhase: protection.phase, identificationRound: session.wantsFaces ? round : nil)
    if snapshot != snapshots.latest { snapshots.send(snapshot) }
  }
}

/// The lease ran out between the recognition and the booking.
private struct NoLease: Error, CustomStringConvertible {
  var description: String {
    "There is no valid lease; check the way to the gateway, or take the money by hand."
  }
}

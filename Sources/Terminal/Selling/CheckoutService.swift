package import CanteenCore
package import Daemon
import Foundation
package import GatewayProtocol
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
    /// Grows whenever faces must be looked at anew; nil while nobody needs to be recognised.
    package var identificationRound: Int?
  }

  package nonisolated let snapshots = Broadcast(Snapshot())
  /// The camera should be open.
  package nonisolated let cameraWanted = Broadcast(false)

  private static let longestWait: Duration = .seconds(60)

  private var session: CheckoutSession
  private var protection: CameraProtection
  private var round = 0
  private var lease: Lease?
  private var shift: Shift?

  private let ledger: OrderLedger
  private let uploader: OrderUploader
  private let issuer: any CredentialIssuer
  private let metrics: TillMetrics
  private let clock: any MonotonicClock
  private let wallClock: TillClock
  private let logger: Logger
  private let deadlineMovedUp = Doorbell()
  /// The moment ``run()`` waits for.
  private var awaited = MonotonicInstant.start

  package init(
    session: CheckoutSession, protection: CameraProtection, ledger: OrderLedger, uploader: OrderUploader,
    issuer: any CredentialIssuer, metrics: TillMetrics, clock: any MonotonicClock, wallClock: TillClock,
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
      if !Task.isCancelled { await tick() }
    }
  }

  /// Lets whatever is due by now happen.
  package func tick() async {
    guard let deadline, deadline <= clock.now else { return }
    await receive(.tick)
    await protect(.tick)
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

  package func key(_ basket: Basket) async throws(CheckoutRefusal) {
    lookAtTheClock()
    try await obey(session.key(basket, at: clock.now))
  }

  package func takeByStaff(_ basket: Basket?) async throws(CheckoutRefusal) {
    lookAtTheClock()
    try await obey(session.takeByStaff(basket, at: clock.now))
  }

  /// A key is obeyed only when the order that it ends in is on disk (I1).
  private func obey(_ actions: [CheckoutSession.Action]) async throws(CheckoutRefusal) {
    await perform(actions)
    if case .bookingFailed(let reason) = session.notice { throw .notBooked(reason: reason) }
  }

  package func cancel() async { await receive(.cancelled) }

  func allowRepeat() async {
    round += 1
    await receive(.repeatAllowed)
  }

  /// An operator's PIN was right: the sale that was objected to goes through when the face is seen again.
  package func override(_ granted: StaffOverride) async {
    round += 1
    await receive(.overridden(granted))
  }

  package func wakeCamera() async { await protect(.wake) }

  func closeCamera() async { await protect(.close) }

  // MARK: Camera and services

  /// A face is in the picture, near or far.
  func faceSeen() async { await protect(.faceSeen) }

  package func receive(_ event: CheckoutSession.Event) async {
    lookAtTheClock()
    await perform(session.receive(event, at: clock.now))
  }

  package func set(_ blocker: FaceBlocker, active: Bool) async {
    guard session.faceBlockers.contains(blocker) != active else { return }
    var blockers = session.faceBlockers
    if active { blockers.insert(blocker) } else { blockers.remove(blocker) }
    logger.notice(
      "What keeps faces from paying has changed",
      metadata: ["blockers": "\(blockers.map(\.rawValue).sorted().joined(separator: ","))"])
    await receive(.faceBlockers(blockers))
  }

  /// Tries whether a ledger that failed can be written again, so that faces are not blocked for longer than
  /// need be (I5: never stuck).
  package func probeLedger() async {
    guard session.faceBlockers.contains(.ledgerFailed), (try? await ledger.probe()) != nil else { return }
    await set(.ledgerFailed, active: false)
  }

  package func use(_ lease: Lease?) async {
    self.lease = lease
    session.rules.limits = lease?.limits ?? .platformCeiling
    session.rules.plan = lease?.plan ?? .unplanned
    await set(.noLease, active: lease == nil)
  }

  func use(_ shift: Shift?) { self.shift = shift }

  /// Takes up where the ledger ends: what users bought, who may not pay, whose shift it is, and who was just
  /// charged.
  package func resume() async throws(LedgerError) {
    lookAtTheClock()
    let today = session.schoolTime.day
    session.dayBook = try await ledger.dayBook(since: today.advanced(byDays: -1))
    session.bars = try await ledger.bars()
    shift = try await ledger.openShift()
    let now = wallClock.now()
    let since = now.advanced(by: .zero - session.settings.sameUserCooldown)
    for charge in try await ledger.charges(since: since) {
      let ago = charge.at.duration(to: now)
      session.resume(chargeOf: charge.user, at: clock.now.advanced(by: .zero - ago))
    }
  }

  /// What the gateway told changes what may be sold to whom.
  package func learn(_ effects: NewsEffects) {
    for sale in effects.takenBack { session.dayBook.takeBack(sale) }
    for standing in effects.standings { session.bars[standing.user] = standing.bar }
    for spent in effects.elsewhere {
      session.dayBook.set(spent.entry, elsewhereFor: spent.user, on: spent.day)
    }
  }

  /// Staff undid an order: it does not count against its user any more.
  package func forget(_ sale: DayBook.Sale) { session.dayBook.takeBack(sale) }

  private func lookAtTheClock() {
    session.schoolTime = session.rules.plan.schoolTime(wallClock.now())
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
      let order = try order(from: pending)
      try await ledger.accept(order)
      if let sale = DayBook.Sale(order) { session.dayBook.add(sale) }
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
    let (now, quality) = { ($0.time, $0.quality) }(wallClock.reading())
    let schoolTime = session.rules.plan.schoolTime(now)
    let means: PaymentMeans
    switch pending.means {
    case .takenByStaff:
      means = .takenByStaff
    case .face(let identification, let recognition):
      // Whoever watches lease and clock looks every few seconds; the last look is here (I5).
      guard let lease, lease.expiresAt > now else { throw NoLease() }
      guard quality != .untrusted else { throw ClockUntrusted() }
      means = .face(
        FacePayment(
          user: identification.user, recognition: recognition,
          faceToken: try issuer.faceToken(
            for: identification.user, amount: pending.charge.personal, number: pending.locked.number,
            under: lease, at: now),
          evidence: identification.evidence))
    }
    return Order(
      outTradeNumber: pending.locked.number, amount: pending.charge.amount, subsidy: pending.charge.subsidy,
      amountMode: pending.locked.basket.mode, lines: pending.charge.lines,
      period: session.rules.plan.period(at: schoolTime)?.id, day: schoolTime.day, acceptedAt: now,
      timeQuality: quality, means: means, operatorID: shift?.operatorID, shift: shift?.number,
      staffOverride: pending.staffOverride)
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

/// The clock lost its credit between the recognition and the booking.
private struct ClockUntrusted: Error, CustomStringConvertible {
  var description: String {
    "The till's clock cannot be trusted; set it, check the way to the gateway, or take the money by hand."
  }
}

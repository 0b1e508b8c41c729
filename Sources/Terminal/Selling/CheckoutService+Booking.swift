import CanteenCore
import GatewayProtocol
import Logging
import OrderLedger

/// Writes what the rules decided into the ledger.
extension CheckoutService {
  func book(_ pending: CheckoutSession.PendingOrder) async {
    let number = pending.locked.number
    do {
      let order = try order(from: pending)
      try await ledger.accept(order)
      if let sale = DayBook.Sale(order) { session.dayBook.add(sale) }
      metrics.orderAccepted(
        facePresentFor: pending.identification.map { $0.facePresentAt.duration(to: clock.now) })
      await block([], by: .ledgerWrites)
      await receive(.booked(number))
      uploader.entryAppended()
      if case .code = pending.means { try? await resumeCodes() }
    } catch {
      logger.error("An order was not booked", metadata: ["order": "\(number)", "error": "\(error)"])
      await note(error)
      await receive(.bookingFailed(number, reason: "\(error)"))
    }
  }

  func order(from pending: CheckoutSession.PendingOrder) throws -> Order {
    let (now, quality) = { ($0.time, $0.quality) }(wallClock.reading())
    let schoolTime = session.rules.plan.schoolTime(now)
    let means: PaymentMeans
    switch pending.means {
    case .taken(let taken):
      means = PaymentMeans(payer: .nobody, collection: .besideTill(taken))
    case .known(let payer, let collection):
      if collection.asksPlatform { try checkLeaseAndClock(at: now, quality) }
      means = PaymentMeans(payer: payer, collection: collection)
    case .code(let attempt, let receipt):
      means = PaymentMeans(payer: attempt.payer, collection: .paymentCode(receipt))
    case .face(let identification, let recognition):
      // Lease and clock are otherwise checked only every few seconds; this is the last check (I5).
      let lease = try checkLeaseAndClock(at: now, quality)
      means = .face(
        FacePayment(
          user: identification.user, recognition: recognition,
          faceToken: try issuer.faceToken(
            for: identification.user, by: TokenRecognition(identification.evidence),
            amount: pending.charge.personal, number: pending.locked.number,
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

  @discardableResult
  private func checkLeaseAndClock(at now: Timestamp, _ quality: TimeQuality) throws -> Lease {
    guard let lease, lease.expiresAt > now else { throw NoLease() }
    guard quality != .untrusted else { throw ClockUntrusted() }
    return lease
  }
}

/// The lease ran out between the recognition and the booking.
private struct NoLease: Error, CustomStringConvertible {
  var description: String {
    "There is no valid lease; check the connection to the gateway, or take the money by hand."
  }
}

/// The clock could no longer be trusted between the recognition and the booking.
private struct ClockUntrusted: Error, CustomStringConvertible {
  var description: String {
    "The till's clock cannot be trusted; set it, connect the gateway, or take the money by hand."
  }
}

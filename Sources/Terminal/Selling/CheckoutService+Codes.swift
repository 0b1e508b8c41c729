package import CanteenCore
import Logging
import OrderLedger

/// Card, PIN, name and payment code.
extension CheckoutService {
  package func pay(by payer: Payer) async throws(CheckoutRefusal) {
    await lookAtTheClock()
    try await obey(session.pay(by: payer, at: clock.now))
  }

  /// Returns when the attempt is noted; the next snapshots tell what becomes of it.
  package func show(_ code: PaymentCode, by payer: Payer = .nobody) async throws(CheckoutRefusal) {
    await lookAtTheClock()
    try await obey(session.show(code, by: payer, at: clock.now))
  }

  /// Staff say whether the meal was given for a code whose outcome is unclear.
  ///
  /// - Returns: false when no code is unclear.
  package func settleUnclear(mealGiven: Bool) async throws(CheckoutRefusal) -> Bool {
    guard case .unclear = session.phase else { return false }
    try await obey(session.receive(mealGiven ? .mealGiven : .mealWithheld, at: clock.now))
    return true
  }

  func collect(_ attempt: CheckoutSession.CodeAttempt, with code: PaymentCode) async {
    do {
      let order = try order(from: CheckoutSession.PendingOrder(presenting: attempt))
      try await ledger.present(order)
      codes.collect(order, with: code)
    } catch {
      logger.error("A payment code was not shown to the platform", metadata: ["error": "\(error)"])
      await note(error)
      await receive(.codeAnswered(attempt.number, .notCharged(reason: "\(error)")))
    }
  }

  /// A closure that cannot be written now is written later: until then the code stays open in the ledger.
  func close(_ attempt: CheckoutSession.CodeAttempt, because reason: String) async {
    unwrittenClosures.append((attempt.number, reason))
    await writeClosures()
    try? await resumeCodes()
  }

  func writeClosures() async {
    while let (number, reason) = unwrittenClosures.first {
      do {
        try await ledger.closeCode(number, reason: reason)
      } catch {
        logger.error("A payment code was not closed", metadata: ["order": "\(number)", "error": "\(error)"])
        await note(error)
        return
      }
      // Another task may have written it during the wait.
      if unwrittenClosures.first?.number == number { unwrittenClosures.removeFirst() }
      uploader.entryAppended()
    }
  }

  /// Takes up again a code whose outcome the ledger does not have.
  func resumeCodes() async throws(LedgerError) {
    guard session.phase == .idle else { return }
    let open = try await ledger.openCodes().first { order in
      !unwrittenClosures.contains { $0.number == order.outTradeNumber }
    }
    // A sale may have begun during the wait.
    guard let open, session.phase == .idle else { return }
    session.resume(unclear: open, at: clock.now)
    publish()
    keepDeadline()
  }
}

extension CheckoutSession.PendingOrder {
  /// The order as it would be booked if the outcome of the code stayed unclear.
  fileprivate init(presenting attempt: CheckoutSession.CodeAttempt) {
    self.init(
      locked: .init(number: attempt.number, basket: attempt.locked.basket, amount: attempt.locked.amount),
      charge: attempt.charge, means: .code(attempt, attempt.receipt(transactionID: nil)))
  }
}

package import CanteenCore
package import GatewayProtocol
package import OrderLedger

/// What the ledger and the gateway tell about who may buy what.
extension CheckoutService {
  /// Tries whether a ledger that failed can be written again, so that faces are not blocked for longer than
  /// need be (I5: never stuck).
  package func probeLedger() async {
    await writeClosures()
    guard !session.faceBlockers[.ledgerWrites].isEmpty, (try? await ledger.probe()) != nil else { return }
    await block([], by: .ledgerWrites)
  }

  /// Takes no faces after the ledger could not be used. A file that is damaged stays so until somebody has replaced it.
  package func note(_ error: any Error) async {
    switch error as? LedgerError {
    case .damagedFile: await block([.ledgerDamaged], by: .ledgerFile)
    // The first says so itself, and until when; the second is about this sale only.
    case .limited, .tooLong, nil: break
    case .some: await block([.ledgerFailed], by: .ledgerWrites)
    }
  }

  package func use(_ lease: Lease?) async {
    self.lease = lease
    session.rules.terms = SchoolTerms(lease?.terms ?? [])
    session.rules.limits = lease?.limits ?? SpendingLimits(of: .unnamed)
    session.rules.plan = lease?.plan ?? .unplanned
    session.means = lease?.means ?? .faceOnly
    await lookAtTheClock()
  }

  func use(_ shift: Shift?) { self.shift = shift }

  /// Continues where the ledger ends: what users bought, who may not pay, whose shift it is, and who was just
  /// charged.
  package func resume() async throws(LedgerError) {
    await lookAtTheClock()
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
    try await resumeCodes()
  }

  /// Applies what the gateway told about what may be sold to whom.
  package func learn(_ effects: TerminalEventEffects) {
    for sale in effects.takenBack { session.dayBook.takeBack(sale) }
    for standing in effects.standings { session.bars[standing.user] = standing.bar }
    for spent in effects.elsewhere {
      session.dayBook.set(spent.entry, elsewhereFor: spent.user, on: spent.day)
    }
  }

  /// Staff undid an order: it does not count against its user any more.
  package func forget(_ sale: DayBook.Sale) { session.dayBook.takeBack(sale) }
}

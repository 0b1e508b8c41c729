package import CanteenCore

/// What staff and students press.
extension CheckoutService {
  package func key(_ basket: Basket) async throws(CheckoutRefusal) {
    await lookAtTheClock()
    try await obey(session.key(basket, at: clock.now))
  }

  package func offerAgain() async throws(CheckoutRefusal) {
    await lookAtTheClock()
    try await obey(session.offerAgain(at: clock.now))
  }

  package func takeByStaff(_ basket: Basket?, as taken: TakenBeside = .unnamed) async throws(CheckoutRefusal)
  {
    await lookAtTheClock()
    try await obey(session.takeByStaff(basket, as: taken, at: clock.now))
  }

  /// A key counts as obeyed only when the order it leads to is on disk (I1).
  func obey(_ actions: [CheckoutSession.Action]) async throws(CheckoutRefusal) {
    await perform(actions)
    if case .bookingFailed(let reason) = session.notice { throw .notBooked(reason: reason) }
  }

  package func cancel() async { await receive(.cancelled) }

  /// Of the amount that waits for somebody to pay; nil when none does.
  var waitingNumber: OutTradeNumber? { session.phase.waitingAmount?.number }

  func allowRepeat(of number: OutTradeNumber) async { await receive(.repeatAllowed(number)) }

  /// An operator's PIN was right: the sale that was objected to goes through when the face is seen again.
  package func override(_ granted: StaffOverride, of sale: ObjectedSale) async {
    await receive(.overridden(granted, of: sale))
  }

  /// What an operator could override now.
  package var objectedSale: ObjectedSale? { ObjectedSale(session.phase, session.notice) }

  /// The student typed a phone tail.
  ///
  /// - Returns: false when none was asked; only the next snapshot tells whether it was right.
  package func phoneTail(_ tail: PhoneTail) async -> Bool {
    guard case .awaitingTail = session.phase else { return false }
    await receive(.phoneTail(tail))
    return true
  }

  /// The student will not type.
  ///
  /// - Returns: false when no phone tail was asked.
  package func declineTail() async -> Bool {
    guard case .awaitingTail = session.phase else { return false }
    await receive(.tailDeclined)
    return true
  }
}

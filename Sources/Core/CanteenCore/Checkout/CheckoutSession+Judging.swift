/// What speaks against selling to a face, and what is done about it.
extension CheckoutSession {
  /// Face first: whoever just paid, or may not pay at all, is not greeted as the next.
  mutating func mayGreet(_ identification: Identification, at now: MonotonicInstant) -> Bool {
    if case .accepted(let order) = phase, order.isFrom(track: identification.track) { return false }
    let user = identification.user
    if let bar = bar(on: identification) {
      notice = .objected(user, [.barred(bar)], mayOverride: false)
      return false
    }
    guard
      staffAllowRepeat || override(for: identification) != nil || repeatGuard.allows(identification, at: now)
    else {
      notice = .objected(user, [.justCharged], mayOverride: true)
      return false
    }
    return true
  }

  /// LedgerSnapshot for a recognised face, or tells staff what speaks against it.
  ///
  /// Of people whom nothing tells apart the first is charged against whom nothing speaks.
  mutating func decide(
    _ locked: LockedAmount, for identification: Identification, mode: RecognitionMode,
    at now: MonotonicInstant
  ) -> [Action] {
    let judgements: [Judgement]
    do {
      judgements = try identification.readings.map { reading throws(AmountError) in
        try judge(locked, for: reading, at: now)
      }
    } catch {
      notice = .cannotBeSold(error)
      return []
    }
    let judgement = judgements.first { $0.objections.isEmpty } ?? judgements[0]
    let word = override(for: identification)
    guard judgement.objections.isEmpty || (word != nil && judgement.mayOverride) else {
      notice = .objected(
        judgement.identification.user, judgement.objections, mayOverride: judgement.mayOverride)
      return []
    }
    return startBooking(
      PendingOrder(
        locked: locked, charge: judgement.charge, means: .face(judgement.identification, mode),
        staffOverride: judgement.objections.isEmpty ? nil : word?.of(judgement.objections)))
  }

  private struct Judgement {
    let identification: Identification
    let charge: Charge
    let objections: [SaleObjection]
    let mayOverride: Bool
  }

  private func judge(
    _ locked: LockedAmount, for identification: Identification, at now: MonotonicInstant
  ) throws(AmountError) -> Judgement {
    let user = identification.user
    let history = dayBook.entry(of: user.outUserID, on: schoolTime.day)
    let charge = try rules.charge(for: locked.basket, of: user, history: history, at: schoolTime)
    var objections = rules.objections(
      to: charge, of: user, history: history, bar: bar(on: identification), at: schoolTime)
    if !staffAllowRepeat, !repeatGuard.allows(identification, at: now) { objections.append(.justCharged) }
    return Judgement(
      identification: identification, charge: charge, objections: objections,
      mayOverride: rules.mayOverride(objections, charge: charge, history: history))
  }

  /// A bar on one of those who cannot be told apart is a bar on all of them.
  private func bar(on identification: Identification) -> UserBar? {
    identification.readings.lazy.compactMap { bars[$0.user.outUserID] }.first
  }

  /// An operator's word, given for whoever this face may be.
  private func override(for identification: Identification) -> StaffOverride? {
    guard let staffOverride,
      identification.readings.contains(where: { $0.user.outUserID == staffOverride.user })
    else { return nil }
    return staffOverride.word
  }
}

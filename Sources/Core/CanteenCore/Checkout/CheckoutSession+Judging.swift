/// The objections to selling to somebody, and what is done about them.
extension CheckoutSession {
  /// Pre-recognition: false for somebody who has just paid or may not pay at all; staff are told why.
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

  /// Books the order for a recognised face, or tells staff the objections.
  ///
  /// When the face may be several people on one account, the first of them without objections is charged.
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
    let judgement = judgements.first { $0.user.objections.isEmpty } ?? judgements[0]
    let word = override(for: identification)
    let (objections, mayOverride) = (judgement.user.objections, judgement.user.mayOverride)
    guard objections.isEmpty || (word != nil && mayOverride) else {
      notice = .objected(judgement.identification.user, objections, mayOverride: mayOverride)
      // The amount is rather for whoever comes next.
      if objections.contains(.justCharged) {
        servedTracks.insert(identification.track)
        rounds += 1
      }
      return refused(identification.track)
    }
    return startBooking(
      PendingOrder(
        locked: locked, charge: judgement.user.charge, means: .face(judgement.identification, mode),
        staffOverride: objections.isEmpty ? nil : word?.of(objections)))
  }

  private struct Judgement {
    let identification: Identification
    let user: UserJudgement
  }

  /// What somebody pays, and the objections to selling to them.
  struct UserJudgement {
    let charge: Charge
    let objections: [SaleObjection]
    let mayOverride: Bool
  }

  private func judge(
    _ locked: LockedAmount, for identification: Identification, at now: MonotonicInstant
  ) throws(AmountError) -> Judgement {
    Judgement(
      identification: identification,
      user: try judge(
        locked, for: identification.user, bar: bar(on: identification),
        mayRepeat: repeatGuard.allows(identification, at: now)))
  }

  /// For somebody who was identified without a face.
  func judge(_ locked: LockedAmount, for user: RecognisedUser, at now: MonotonicInstant) throws(AmountError)
    -> UserJudgement
  {
    try judge(
      locked, for: user, bar: bars[user.outUserID], mayRepeat: repeatGuard.allows(user.outUserID, at: now))
  }

  private func judge(
    _ locked: LockedAmount, for user: RecognisedUser, bar: UserBar?, mayRepeat: Bool
  ) throws(AmountError) -> UserJudgement {
    let history = dayBook.entry(of: user.outUserID, on: schoolTime.day)
    let charge = try rules.charge(for: locked.basket, of: user, history: history, at: schoolTime)
    var objections = rules.objections(to: charge, of: user, history: history, bar: bar, at: schoolTime)
    if !staffAllowRepeat, !mayRepeat { objections.append(.justCharged) }
    return UserJudgement(
      charge: charge, objections: objections,
      mayOverride: rules.mayOverride(objections, charge: charge, of: user, history: history))
  }

  /// A bar on one of the people this face may be is a bar on all of them.
  private func bar(on identification: Identification) -> UserBar? {
    identification.readings.lazy.compactMap { bars[$0.user.outUserID] }.first
  }

  /// An operator's override, when it was given for one of the people this face may be.
  private func override(for identification: Identification) -> StaffOverride? {
    guard let staffOverride,
      identification.readings.contains(where: { $0.user.outUserID == staffOverride.user })
    else { return nil }
    return staffOverride.word
  }
}

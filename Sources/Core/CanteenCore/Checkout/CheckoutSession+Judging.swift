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
    // Staff may override it once there is an amount.
    guard staffAllowRepeat || repeatGuard.allows(identification, at: now) else {
      notice = .objected(user, [.justCharged], mayOverride: false)
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
      refused(identification.track)
      return []
    }
    let judgement = judgements.first { $0.user.objections.isEmpty } ?? judgements[0]
    let (objections, mayOverride) = (judgement.user.objections, judgement.user.mayOverride)
    let word = override(of: objections, to: judgement.identification.user, locked)
    guard objections.isEmpty || (word != nil && mayOverride) else {
      notice = .objected(judgement.identification.user, objections, mayOverride: mayOverride)
      if objections.contains(.justCharged) { stillThere(identification) }
      refused(identification.track)
      return []
    }
    return startBooking(
      PendingOrder(
        locked: locked, charge: judgement.user.charge, means: .face(judgement.identification, mode),
        staffOverride: objections.isEmpty ? nil : word?.of(objections)))
  }

  /// Somebody who has just paid is still there, perhaps under a new track.
  private mutating func stillThere(_ identification: Identification) {
    servedTracks.insert(identification.track)
    repeatGuard.isStillThere(identification)
    guard settings.basketByItself == nil else { return }
    // The amount is rather for whoever comes next.
    rounds += 1
    giveAmountAnOwner(handedOn: true)
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

  /// An operator's word, when it was given for this amount, this user and all of these objections.
  func override(of objections: [SaleObjection], to user: RecognisedUser, _ locked: LockedAmount)
    -> StaffOverride?
  {
    guard let staffOverride, staffOverride.sale.number == locked.number,
      staffOverride.sale.user == user.outUserID,
      objections.allSatisfy(staffOverride.sale.objections.contains)
    else { return nil }
    return staffOverride.word
  }
}

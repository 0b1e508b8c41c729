extension CheckoutSession {
  public mutating func receive(_ event: Event, at now: MonotonicInstant) -> [Action] {
    switch event {
    case .facePresent(let track): facePresent(track)
    case .faceLeft(let track): faceLeft(track, at: now)
    case .identified(let identification): identified(identification, at: now)
    case .notRecognised: notRecognised()
    case .cancelled: release(notice: nil)
    case .repeatAllowed: allowRepeat()
    case .overridden(let staffOverride): override(staffOverride)
    case .booked(let number): booked(number, at: now)
    case .bookingFailed(let number, let reason): bookingFailed(number, reason: reason)
    case .sessionTimedOut: release(notice: .sessionTimedOut)
    case .cameraClosed: cameraClosed()
    case .faceBlockers(let blockers): block(blockers)
    case .tick: tick(at: now)
    }
  }

  private mutating func facePresent(_ track: Int) -> [Action] {
    presentTracks.insert(track)
    guard let basket = settings.basketByItself, faceBlockers.isEmpty,
      let amount = try? rules.listPrice(of: basket, at: schoolTime)
    else { return [] }
    switch phase {
    case .idle: break
    case .accepted(let order) where !order.isFrom(track: track): break
    default: return []
    }
    phase = .awaitingFace(LockedAmount(number: numbering.next(), basket: basket, amount: amount))
    notice = nil
    deadline = nil
    return [.amountLocked]
  }

  private mutating func faceLeft(_ track: Int, at now: MonotonicInstant) -> [Action] {
    presentTracks.remove(track)
    repeatGuard.faceLeft(track: track)
    switch phase {
    case .awaitingFace(let locked) where locked.basket == settings.basketByItself && presentTracks.isEmpty:
      return release(notice: notice)
    case .recognised(let identification) where identification.track == track:
      deadline = now.advanced(by: settings.recognisedKeptFor)
      return []
    default:
      return []
    }
  }

  private mutating func identified(_ identification: Identification, at now: MonotonicInstant) -> [Action] {
    guard faceBlockers.isEmpty else { return [] }
    switch phase {
    case .awaitingFace(let locked):
      return decide(locked, for: identification, mode: .postRecognition, at: now)
    case .idle, .recognised, .accepted:
      guard recognisesFirst, mayGreet(identification, at: now) else { return [] }
      phase = .recognised(identification)
      notice = nil
      deadline = nil
      return [.matched]
    case .booking:
      return []
    }
  }

  /// Face first: whoever just paid, or may not pay at all, is not greeted as the next.
  private mutating func mayGreet(_ identification: Identification, at now: MonotonicInstant) -> Bool {
    if case .accepted(let order) = phase, order.isFrom(track: identification.track) { return false }
    let user = identification.user
    if let bar = bars[user.outUserID] {
      notice = .objected(user, [.barred(bar)], mayOverride: false)
      return false
    }
    guard
      staffAllowRepeat || staffOverride?.user == user.outUserID || repeatGuard.allows(user.outUserID, at: now)
    else {
      notice = .objected(user, [.justCharged], mayOverride: true)
      return false
    }
    return true
  }

  /// Books for a recognised face, or tells staff what speaks against it.
  mutating func decide(
    _ locked: LockedAmount, for identification: Identification, mode: RecognitionMode,
    at now: MonotonicInstant
  ) -> [Action] {
    let user = identification.user
    let history = dayBook.entry(of: user.outUserID, on: schoolTime.day)
    let charge: Charge
    do {
      charge = try rules.charge(for: locked.basket, of: user, history: history, at: schoolTime)
    } catch {
      notice = .cannotBeSold(error)
      return []
    }
    var objections = rules.objections(
      to: charge, of: user, history: history, bar: bars[user.outUserID], at: schoolTime)
    if !staffAllowRepeat, !repeatGuard.allows(user.outUserID, at: now) { objections.append(.justCharged) }
    let mayOverride = rules.mayOverride(objections, charge: charge, history: history)
    let word = staffOverride?.user == user.outUserID ? staffOverride?.word : nil
    guard objections.isEmpty || (word != nil && mayOverride) else {
      notice = .objected(user, objections, mayOverride: mayOverride)
      return []
    }
    return startBooking(
      PendingOrder(
        locked: locked, charge: charge, means: .face(identification, mode),
        staffOverride: objections.isEmpty ? nil : word?.of(objections)))
  }

  private mutating func notRecognised() -> [Action] {
    switch phase {
    case .awaitingFace, .idle: notice = .notRecognised
    case .recognised, .booking, .accepted: break
    }
    return []
  }

  private mutating func allowRepeat() -> [Action] {
    staffAllowRepeat = true
    if case .objected(_, [.justCharged], _) = notice { notice = nil }
    return []
  }

  private mutating func override(_ granted: StaffOverride) -> [Action] {
    guard case .objected(let user, _, mayOverride: true) = notice else { return [] }
    staffOverride = (granted, user.outUserID)
    notice = nil
    return []
  }

  private mutating func booked(_ number: OutTradeNumber, at now: MonotonicInstant) -> [Action] {
    guard case .booking(let order) = phase, order.locked.number == number else { return [] }
    phase = .accepted(order)
    forgetWordsOfStaff()
    deadline = now.advanced(by: settings.resultShownFor)
    if case .face(let identification, _) = order.means {
      repeatGuard.charged(identification.user.outUserID, track: identification.track, at: now)
      if !presentTracks.contains(identification.track) { repeatGuard.faceLeft(track: identification.track) }
    }
    return [.matched]
  }

  /// The amount stays locked under its number, so that a retry is the same order (I2).
  private mutating func bookingFailed(_ number: OutTradeNumber, reason: String) -> [Action] {
    guard case .booking(let order) = phase, order.locked.number == number else { return [] }
    phase = .awaitingFace(order.locked)
    notice = .bookingFailed(reason: reason)
    return [.amountLocked]
  }

  private mutating func release(notice reason: StaffNotice?) -> [Action] {
    switch phase {
    case .awaitingFace, .recognised:
      let hadAmount = if case .awaitingFace = phase { true } else { false }
      phase = .idle
      deadline = nil
      notice = reason
      forgetWordsOfStaff()
      return hadAmount ? [.amountReleased] : []
    case .idle, .accepted:
      notice = reason
      return []
    case .booking:
      return []
    }
  }

  private mutating func cameraClosed() -> [Action] {
    presentTracks = []
    repeatGuard.allFacesLeft()
    if case .recognised = phase { return release(notice: nil) }
    return []
  }

  private mutating func block(_ blockers: Set<FaceBlocker>) -> [Action] {
    faceBlockers = blockers
    guard !blockers.isEmpty, case .recognised = phase else { return [] }
    return release(notice: nil)
  }

  private mutating func tick(at now: MonotonicInstant) -> [Action] {
    guard let due = deadline, due <= now else { return [] }
    deadline = nil
    switch phase {
    case .accepted, .recognised: phase = .idle
    case .idle, .awaitingFace, .booking: break
    }
    return []
  }

  private mutating func forgetWordsOfStaff() {
    staffAllowRepeat = false
    staffOverride = nil
  }

  mutating func startBooking(_ order: PendingOrder) -> [Action] {
    phase = .booking(order)
    deadline = nil
    notice = nil
    return [.book(order)]
  }
}

extension CheckoutSession.PendingOrder {
  /// Whose face paid, if a face did.
  public var identification: Identification? {
    if case .face(let identification, _) = means { identification } else { nil }
  }

  func isFrom(track: Int) -> Bool {
    identification?.track == track
  }
}

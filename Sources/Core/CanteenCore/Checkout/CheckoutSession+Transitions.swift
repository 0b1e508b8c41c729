extension CheckoutSession {
  public mutating func receive(_ event: Event, at now: MonotonicInstant) -> [Action] {
    countingRounds(step(event, at: now))
  }

  private mutating func step(_ event: Event, at now: MonotonicInstant) -> [Action] {
    switch event {
    case .facePresent(let track): facePresent(track)
    case .faceLeft(let track): faceLeft(track, at: now)
    case .identified(let identification): identified(identification, at: now)
    case .lookAlikes(let question): lookAlikes(question, at: now)
    case .notRecognised(let track): notRecognised(track)
    case .phoneTail(let tail): phoneTail(tail, at: now)
    case .tailDeclined: tailDeclined()
    case .cancelled: cancelled()
    case .codeAnswered(let number, let outcome): answered(number, outcome, at: now)
    case .mealGiven: mealGiven()
    case .mealWithheld: mealWithheld()
    case .repeatAllowed: allowRepeat()
    case .overridden(let staffOverride): override(staffOverride)
    case .booked(let number): booked(number, at: now)
    case .bookingFailed(let number, let reason): bookingFailed(number, reason: reason, at: now)
    case .sessionTimedOut: release(notice: .sessionTimedOut)
    case .cameraClosed: cameraClosed()
    case .blocked(let blockers, let source): block(blockers, by: source)
    case .tick: tick(at: now)
    }
  }

  /// This face is the nearest now.
  private mutating func facePresent(_ track: Int) -> [Action] {
    presentTracks.insert(track)
    nearestTrack = track
    if case .awaitingTail(let asked) = phase, !asked.faceHasLeft, asked.question.track != track {
      return dropTailQuestion()
    }
    if case .recognised(let known) = phase, known.track != track, known.track != typedLookingDown {
      return release(notice: nil)
    }
    guard faceBlockers.isEmpty else {
      turnedAway.insert(track)
      return []
    }
    return lockByItself(for: track)
  }

  /// At a fixed price and when counting, whoever stands nearest gets an amount of their own as soon as the one before has
  /// paid, has left, or was refused.
  private mutating func lockByItself(for track: Int) -> [Action] {
    guard faceBlockers.isEmpty, let basket = settings.basketByItself,
      let amount = try? rules.listPrice(of: basket, at: schoolTime)
    else { return [] }
    var released: [Action] = []
    switch phase {
    case .idle: break
    case .accepted(let order) where !order.isFrom(track: track): break
    case .awaitingFace(let locked) where locked.basket == basket && track != lockedFor && isOverWithLast:
      released = [.amountReleased]
      forgetWordsOfStaff()
    default: return []
    }
    phase = .awaitingFace(LockedAmount(number: numbering.next(), basket: basket, amount: amount))
    lockedFor = track
    notice = nil
    deadline = nil
    forgetDeclined()
    return released + [.amountLocked]
  }

  /// Whoever the last amount was locked for has left or was refused.
  private var isOverWithLast: Bool {
    lockedFor.map { !presentTracks.contains($0) || refusedTracks.contains($0) } ?? true
  }

  /// A face was refused: the next in line need not wait until it has left.
  mutating func refused(_ track: Int) -> [Action] {
    refusedTracks.insert(track)
    guard let nearestTrack, nearestTrack != track, presentTracks.contains(nearestTrack) else { return [] }
    return lockByItself(for: nearestTrack)
  }

  private mutating func cancelled() -> [Action] {
    let released = release(notice: nil)
    guard let lockedFor, settings.basketByItself != nil, !released.isEmpty else { return released }
    return released + refused(lockedFor)
  }

  private mutating func faceLeft(_ track: Int, at now: MonotonicInstant) -> [Action] {
    presentTracks.remove(track)
    turnedAway.remove(track)
    repeatGuard.faceLeft(track: track)
    askedFaces[track] = nil
    refusedTracks.remove(track)
    servedTracks.remove(track)
    if nearestTrack == track { nearestTrack = nil }
    switch phase {
    case .awaitingFace(let locked)
    where locked.basket == settings.basketByItself && (presentTracks.isEmpty || lockedFor == track):
      let released = release(notice: notice)
      guard let nearestTrack, presentTracks.contains(nearestTrack) else { return released }
      return released + lockByItself(for: nearestTrack)
    case .recognised(let identification) where identification.track == track:
      // If another face is there, the next amount would be charged to the one who left.
      guard presentTracks.isEmpty else { return release(notice: nil) }
      deadline = now.advanced(by: settings.recognisedKeptFor)
      return []
    case .awaitingTail(var asked) where asked.question.track == track:
      asked.faceHasLeft = true
      phase = .awaitingTail(asked)
      deadline = now.advanced(by: settings.tailQuestionKeptFor)
      return []
    default:
      return []
    }
  }

  private mutating func identified(_ identification: Identification, at now: MonotonicInstant) -> [Action] {
    guard faceBlockers.isEmpty, !isAwaitingTail(of: identification.track) else { return [] }
    let dropped = dropTailQuestion()
    if let asked = askedFaces[identification.track] { return dropped + goOn(with: asked, at: now) }
    return dropped + recognise(identification, at: now)
  }

  /// Somebody is recognised, by the face alone or with what told them from their look-alikes.
  mutating func recognise(_ identification: Identification, at now: MonotonicInstant) -> [Action] {
    switch phase {
    case .awaitingFace(let locked):
      return decide(locked, for: identification, mode: .postRecognition, at: now)
    case .idle, .recognised, .accepted:
      guard recognisesFirst, mayGreet(identification, at: now) else { return [] }
      phase = .recognised(identification)
      notice = nil
      deadline = nil
      return [.matched]
    case .awaitingTail, .booking, .awaitingPlatform, .unclear:
      return []
    }
  }

  /// A face that was asked for the phone tail stays asked: one bad look does not change that.
  mutating func notRecognised(_ track: Int) -> [Action] {
    guard askedFaces[track] == nil, !isAwaitingTail(of: track) else { return [] }
    let dropped = dropTailQuestion()
    switch phase {
    case .awaitingFace, .idle: notice = .notRecognised
    case .recognised, .awaitingTail, .booking, .accepted, .awaitingPlatform, .unclear: break
    }
    return dropped + refused(track)
  }

  private mutating func allowRepeat() -> [Action] {
    staffAllowRepeat = true
    rounds += 1
    if case .objected(_, [.justCharged], _) = notice { notice = nil }
    return []
  }

  private mutating func override(_ granted: StaffOverride) -> [Action] {
    guard case .objected(let user, _, mayOverride: true) = notice else { return [] }
    staffOverride = (granted, user.outUserID)
    notice = nil
    rounds += 1
    return []
  }

  private mutating func booked(_ number: OutTradeNumber, at now: MonotonicInstant) -> [Action] {
    guard case .booking(let order) = phase, order.locked.number == number else { return [] }
    phase = .accepted(order)
    forgetWordsOfStaff()
    deadline = now.advanced(by: settings.resultShownFor)
    switch order.means {
    case .face(let identification, _):
      repeatGuard.charged(identification, at: now)
      if !presentTracks.contains(identification.track) { repeatGuard.faceLeft(track: identification.track) }
    case .known(let payer, _):
      if let user = payer.user { repeatGuard.resume(user.outUserID, chargedAt: now) }
    case .code(let attempt, _):
      if let user = attempt.payer.user { repeatGuard.resume(user.outUserID, chargedAt: now) }
    case .taken: break
    }
    return [.matched]
  }

  /// The amount stays locked under its number, so that a retry is the same order (I2). A payment code that
  /// was charged stays unclear until its meal is booked or its money is given back.
  private mutating func bookingFailed(_ number: OutTradeNumber, reason: String, at now: MonotonicInstant)
    -> [Action]
  {
    guard case .booking(let order) = phase, order.locked.number == number else { return [] }
    notice = .bookingFailed(reason: reason)
    if case .code(let attempt, _) = order.means {
      phase = .unclear(attempt)
      deadline = now.advanced(by: Self.askAgainAfter)
      return []
    }
    phase = .awaitingFace(order.locked)
    return [.amountLocked]
  }

  private mutating func release(notice reason: StaffNotice?) -> [Action] {
    switch phase {
    case .awaitingFace, .awaitingTail, .recognised:
      let hadAmount = waitingAmount != nil
      if case .awaitingTail(let asked) = phase, !asked.faceHasLeft {
        askedFaces[asked.question.track] = .mustPayOtherwise(.declined)
      }
      phase = .idle
      deadline = nil
      notice = reason
      forgetWordsOfStaff()
      return hadAmount ? [.amountReleased] : []
    case .idle, .accepted:
      notice = reason
      return []
    case .booking, .awaitingPlatform, .unclear:
      return []
    }
  }

  private mutating func cameraClosed() -> [Action] {
    presentTracks = []
    turnedAway = []
    (nearestTrack, lockedFor, refusedTracks, servedTracks) = (nil, nil, [], [])
    repeatGuard.allFacesLeft()
    askedFaces = [:]
    if case .recognised = phase { return release(notice: nil) }
    return dropTailQuestion()
  }

  private mutating func block(_ blockers: Set<FaceBlocker>, by source: FaceBlockerSource) -> [Action] {
    faceBlockers[source] = blockers
    guard !faceBlockers.isEmpty else {
      guard let track = turnedAway.min() else { return [] }
      turnedAway = []
      return facePresent(track)
    }
    if case .recognised = phase { return release(notice: nil) }
    return dropTailQuestion()
  }

  private mutating func tick(at now: MonotonicInstant) -> [Action] {
    guard let due = deadline, due <= now else { return [] }
    deadline = nil
    switch phase {
    case .accepted, .recognised: phase = .idle
    case .awaitingTail: return dropTailQuestion()
    case .unclear(let attempt):
      deadline = now.advanced(by: Self.askAgainAfter)
      return [.ask(attempt)]
    case .idle, .awaitingFace, .booking, .awaitingPlatform: break
    }
    return []
  }

  mutating func forgetWordsOfStaff() {
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

extension CheckoutSession {
  public mutating func receive(_ event: Event, at now: MonotonicInstant) -> [Action] {
    let actions = step(event, at: now)
    return countingRounds(actions + serveNearest())
  }

  /// Nobody is in the picture.
  public mutating func sawNobody() { repeatGuard.nobodyIsThere() }

  private mutating func step(_ event: Event, at now: MonotonicInstant) -> [Action] {
    switch event {
    case .facePresent(let track): facePresent(track)
    case .faceLeft(let track): faceLeft(track, at: now)
    case .ownsAmount(let track): ownsAmount(track)
    case .claimRefused: claimRefused()
    case .cameBack(let track, let old): cameBack(track, from: old)
    case .identified(let identification): identified(identification, at: now)
    case .lookAlikes(let question): lookAlikes(question, at: now)
    case .notRecognised(let track): notRecognised(track)
    case .phoneTail(let tail): phoneTail(tail, at: now)
    case .tailDeclined: tailDeclined()
    case .cancelled: cancelled()
    case .codeAnswered(let number, let outcome): answered(number, outcome, at: now)
    case .mealGiven: mealGiven()
    case .mealWithheld: mealWithheld()
    case .repeatAllowed(let number): allowRepeat(of: number)
    case .overridden(let staffOverride, let sale): override(staffOverride, of: sale)
    case .booked(let number): booked(number, at: now)
    case .bookingFailed(let number, let reason): bookingFailed(number, reason: reason, at: now)
    case .sessionTimedOut: sessionTimedOut()
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
    if case .recognised(let known) = phase, known.track != track,
      known.track != typedLookingDown?.identification.track
    {
      return release(notice: nil)
    }
    // Whoever steps forward is tried again.
    refusedTracks.remove(track)
    return []
  }

  /// At a fixed price and when counting, whoever stands nearest gets an amount of their own as soon as the one before has
  /// paid, has left, or was refused.
  private mutating func serveNearest() -> [Action] {
    guard faceBlockers.isEmpty, let track = nearestTrack, !refusedTracks.contains(track),
      !servedTracks.contains(track), let basket = settings.basketByItself,
      let amount = try? rules.listPrice(of: basket, at: schoolTime)
    else { return [] }
    var released: [Action] = []
    switch phase {
    case .idle, .accepted: break
    case .awaitingFace(let locked) where locked.basket == basket && track != lockedFor && isOverWithLast:
      released = [.amountReleased]
      forgetWordsOfStaff()
    default: return []
    }
    phase = .awaitingFace(LockedAmount(number: numbering.next(), basket: basket, amount: amount))
    giveAmountAnOwner()
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
  mutating func refused(_ track: Int) {
    refusedTracks.insert(track)
  }

  private mutating func ownsAmount(_ track: Int) -> [Action] {
    lockedFor = track
    return []
  }

  /// Somebody else stands there than who was asked for the phone tail.
  private mutating func claimRefused() -> [Action] {
    guard case .awaitingTail(let asked) = phase, asked.faceHasLeft else { return [] }
    return dropTailQuestion()
  }

  private mutating func cameBack(_ track: Int, from old: Int) -> [Action] {
    repeatGuard.faceCameBack(track, from: old)
    guard servedThatLeft.contains(old) else { return [] }
    servedTracks.insert(track)
    guard lockedFor == track, case .awaitingFace(let locked) = phase, locked.basket == settings.basketByItself
    else { return [] }
    return release(notice: nil)
  }

  private mutating func cancelled() -> [Action] {
    let track = lockedFor
    let released = release(notice: nil)
    if let track, !released.isEmpty { refused(track) }
    return released
  }

  private mutating func sessionTimedOut() -> [Action] {
    refusedTracks.formUnion(presentTracks)
    return release(notice: .sessionTimedOut)
  }

  private mutating func faceLeft(_ track: Int, at now: MonotonicInstant) -> [Action] {
    presentTracks.remove(track)
    repeatGuard.faceLeft(track: track)
    askedFaces[track] = nil
    refusedTracks.remove(track)
    if servedTracks.remove(track) != nil { servedLeft(track) }
    if nearestTrack == track { nearestTrack = nil }
    switch phase {
    case .awaitingFace(let locked)
    where locked.basket == settings.basketByItself && (presentTracks.isEmpty || lockedFor == track):
      return release(notice: notice)
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
    if let asked = askedFaces[identification.track] {
      return dropped + goOn(with: asked, on: identification.track, at: now)
    }
    return dropped + recognise(identification, at: now)
  }

  /// Somebody is recognised, by the face alone or with what told them from their look-alikes.
  mutating func recognise(_ identification: Identification, at now: MonotonicInstant) -> [Action] {
    switch phase {
    case .awaitingFace(let locked):
      return decide(
        locked, for: identification, mode: recognisesFirst ? .preRecognition : .postRecognition, at: now)
    case .idle, .recognised, .accepted:
      guard recognisesFirst, mayGreet(identification, at: now) else { return [] }
      phase = .recognised(identification)
      notice = nil
      deadline = nil
      return [.matched]
    case .awaitingTail, .booking, .awaitingPlatform, .unclear, .held:
      return []
    }
  }

  /// A face that was asked for the phone tail stays asked: one bad look does not change that.
  mutating func notRecognised(_ track: Int) -> [Action] {
    guard askedFaces[track] == nil, !isAwaitingTail(of: track) else { return [] }
    let dropped = dropTailQuestion()
    switch phase {
    case .awaitingFace, .idle: notice = .notRecognised
    case .recognised, .awaitingTail, .booking, .accepted, .awaitingPlatform, .unclear, .held: break
    }
    refused(track)
    return dropped
  }

  private mutating func allowRepeat(of number: OutTradeNumber) -> [Action] {
    guard waitingAmount?.number == number else { return [] }
    staffAllowRepeat = true
    rounds += 1
    if case .objected(_, [.justCharged], _) = notice { notice = nil }
    return []
  }

  private mutating func override(_ granted: StaffOverride, of sale: ObjectedSale) -> [Action] {
    guard let objected = ObjectedSale(phase, notice), objected == sale else { return [] }
    staffOverride = (granted, sale)
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
      if presentTracks.contains(identification.track) {
        servedTracks.insert(identification.track)
      } else {
        servedLeft(identification.track)
        repeatGuard.faceLeft(track: identification.track)
      }
    case .known(let payer, _):
      if let user = payer.user { repeatGuard.charged(user.outUserID, at: now) }
      paidWithoutFace()
    case .code(let attempt, _):
      if let user = attempt.payer.user { repeatGuard.charged(user.outUserID, at: now) }
      paidWithoutFace()
    case .taken: paidWithoutFace()
    }
    lockedFor = nil
    return [.matched]
  }

  private mutating func servedLeft(_ track: Int) {
    servedThatLeft = (servedThatLeft + [track]).suffix(Self.mostServedThatLeft)
  }

  /// Where the till gives out amounts by itself, whoever paid this one by other means is not asked again by the face.
  private mutating func paidWithoutFace() {
    guard settings.basketByItself != nil, let track = lockedFor ?? nearestTrack, presentTracks.contains(track)
    else { return }
    servedTracks.insert(track)
  }

  /// The amount stays locked under its number, so that a retry is the same order (I2). What was paid without a face is
  /// not offered to one. A payment code that was charged stays unclear until its meal is booked or its money is given
  /// back.
  private mutating func bookingFailed(_ number: OutTradeNumber, reason: String, at now: MonotonicInstant)
    -> [Action]
  {
    guard case .booking(let order) = phase, order.locked.number == number else { return [] }
    notice = .bookingFailed(reason: reason)
    switch order.means {
    case .face:
      phase = .awaitingFace(order.locked)
      return [.amountLocked]
    case .code(let attempt, _):
      phase = .unclear(attempt)
      deadline = now.advanced(by: Self.askAgainAfter)
      return []
    case .known, .taken:
      phase = .held(order.locked)
      return [.amountReleased]
    }
  }

  private mutating func release(notice reason: StaffNotice?) -> [Action] {
    switch phase {
    case .awaitingFace, .awaitingTail, .recognised, .held:
      let hadAmount = waitingAmount != nil
      if case .awaitingTail(let asked) = phase, !asked.faceHasLeft {
        askedFaces[asked.question.track] = .mustPayOtherwise(.declined)
      }
      phase = .idle
      deadline = nil
      notice = reason
      (lockedFor, typedLookingDown) = (nil, nil)
      forgetWordsOfStaff()
      return hadAmount ? [.amountReleased] : []
    case .idle, .accepted:
      notice = reason
      forgetWordsOfStaff()
      return []
    case .booking, .awaitingPlatform, .unclear:
      return []
    }
  }

  private mutating func cameraClosed() -> [Action] {
    (presentTracks, refusedTracks, servedTracks, servedThatLeft) = ([], [], [], [])
    (nearestTrack, lockedFor) = (nil, nil)
    forgetWordsOfStaff()
    repeatGuard.allFacesLeft()
    askedFaces = [:]
    if case .recognised = phase { return release(notice: nil) }
    return dropTailQuestion()
  }

  private mutating func block(_ blockers: Set<FaceBlocker>, by source: FaceBlockerSource) -> [Action] {
    faceBlockers[source] = blockers
    guard !faceBlockers.isEmpty else { return [] }
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
    case .idle, .awaitingFace, .held, .booking, .awaitingPlatform: break
    }
    return []
  }

  private static let mostServedThatLeft = 16

  mutating func forgetWordsOfStaff() {
    staffAllowRepeat = false
    staffOverride = nil
  }

  mutating func startBooking(_ order: PendingOrder) -> [Action] {
    phase = .booking(order)
    deadline = nil
    notice = nil
    typedLookingDown = nil
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

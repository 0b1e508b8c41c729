/// Faces that the camera cannot tell apart: their shared account pays, the student types the phone tail, or
/// staff find another way.
extension CheckoutSession {
  /// A student is asked for the phone tail.
  public struct TailQuestion: Sendable, Equatable {
    public let question: LookAlikeQuestion
    /// nil in pre-recognition.
    public let locked: LockedAmount?
    public internal(set) var triesLeft: Int
    /// The face is not seen now: the student looks down at the keypad, or has gone.
    var faceHasLeft = false
  }

  /// What is known about a face that was asked for the phone tail. Until it leaves, the face alone does not
  /// pay.
  enum AskedFace: Sendable {
    case unanswered(LookAlikeQuestion)
    case told(Identification)
    case mustPayOtherwise(LookAlikeObstacle)
  }

  mutating func lookAlikes(_ question: LookAlikeQuestion, at now: MonotonicInstant) -> [Action] {
    guard wantsFaces, !isServed(track: question.track) else { return [] }
    if isAwaitingTail(of: question.track) { return [] }
    if carryOver(to: question) { return [] }
    let dropped = dropTailQuestion()
    recallTypedName(for: question, at: now)
    if let asked = askedFaces[question.track] {
      return dropped + goOn(with: asked, on: question.track, at: now)
    }
    guard question.isSound else { return dropped + notRecognised(question.track) }
    return dropped + goOn(with: question, at: now)
  }

  private mutating func goOn(with question: LookAlikeQuestion, at now: MonotonicInstant) -> [Action] {
    switch question.way {
    case .anyOfThem(let identification): recognise(identification, at: now)
    case .phoneTail: ask(question, at: now)
    case .staff(let obstacle): cannotTell(question.track, for: obstacle)
    }
  }

  /// What the student typed. Ignored when nothing is asked.
  mutating func phoneTail(_ tail: PhoneTail, at now: MonotonicInstant) -> [Action] {
    guard case .awaitingTail(let asked) = phase else { return [] }
    guard let identification = asked.question.identification(by: tail) else {
      return wrongTail(for: asked, at: now)
    }
    if !asked.faceHasLeft { askedFaces[identification.track] = .told(identification) }
    phase = asked.locked.map(Phase.awaitingFace) ?? .idle
    deadline = nil
    let actions = recognise(identification, at: now)
    if asked.faceHasLeft, case .recognised = phase {
      let until = now.advanced(by: settings.recognisedKeptFor)
      typedLookingDown = (identification, until)
      deadline = until
    }
    return [.phoneTailRight] + actions
  }

  private mutating func wrongTail(for asked: TailQuestion, at now: MonotonicInstant) -> [Action] {
    tailTries.wasWrong(for: asked.question.people, at: now)
    var asked = asked
    asked.triesLeft = tailTries.left(for: asked.question.people, at: now)
    guard asked.triesLeft > 0 else { return [.phoneTailWrong] + sendElsewhere(asked, for: .triesUsedUp) }
    phase = .awaitingTail(asked)
    if asked.faceHasLeft { deadline = now.advanced(by: settings.tailQuestionKeptFor) }
    return [.phoneTailWrong]
  }

  /// The student does not want to type. They are asked again only for a new amount, or when the face comes
  /// back after it left.
  mutating func tailDeclined() -> [Action] {
    guard case .awaitingTail(let asked) = phase else { return [] }
    return sendElsewhere(asked, for: .declined)
  }

  private mutating func sendElsewhere(_ asked: TailQuestion, for obstacle: LookAlikeObstacle) -> [Action] {
    if !asked.faceHasLeft { askedFaces[asked.question.track] = .mustPayOtherwise(obstacle) }
    return dropTailQuestion() + cannotTell(asked.question.track, for: obstacle)
  }

  private mutating func ask(_ question: LookAlikeQuestion, at now: MonotonicInstant) -> [Action] {
    let triesLeft = tailTries.left(for: question.people, at: now)
    guard triesLeft > 0 else {
      askedFaces[question.track] = .mustPayOtherwise(.triesUsedUp)
      return cannotTell(question.track, for: .triesUsedUp)
    }
    askedFaces[question.track] = .unanswered(question)
    phase = .awaitingTail(TailQuestion(question: question, locked: waitingAmount, triesLeft: triesLeft))
    notice = nil
    deadline = nil
    return [.phoneTailAsked]
  }

  /// A face that was asked before is seen again.
  mutating func goOn(with asked: AskedFace, on track: Int, at now: MonotonicInstant) -> [Action] {
    switch asked {
    case .unanswered(let question): ask(question, at: now)
    case .told(let identification): recognise(identification, at: now)
    case .mustPayOtherwise(let obstacle): cannotTell(track, for: obstacle)
    }
  }

  /// The student looked down at the keypad and up again: the camera lost the face, and now has it under a new
  /// track.
  private mutating func carryOver(to question: LookAlikeQuestion) -> Bool {
    switch phase {
    case .awaitingTail(let asked) where asked.faceHasLeft && asked.question.people == question.people:
      let same = asked.question.on(track: question.track)
      askedFaces[question.track] = .unanswered(same)
      phase = .awaitingTail(TailQuestion(question: same, locked: asked.locked, triesLeft: asked.triesLeft))
    case .recognised(let known)
    where known.track == typedLookingDown?.identification.track
      && question.people.contains(known.user.outUserID):
      let same = known.on(track: question.track)
      askedFaces[question.track] = .told(same)
      phase = .recognised(same)
    default:
      return false
    }
    deadline = nil
    return true
  }

  /// Staff keyed the amount while the student, who had typed, still looked down.
  private mutating func recallTypedName(for question: LookAlikeQuestion, at now: MonotonicInstant) {
    guard case .awaitingFace = phase, let typed = typedLookingDown, now <= typed.until,
      question.people.contains(typed.identification.user.outUserID)
    else { return }
    typedLookingDown = nil
    askedFaces[question.track] = .told(typed.identification.on(track: question.track))
  }

  /// Returns to where the sale stood before the question. An amount that a face locked by itself is released
  /// when no face is left.
  mutating func dropTailQuestion() -> [Action] {
    guard case .awaitingTail(let asked) = phase else { return [] }
    deadline = nil
    guard let locked = asked.locked else {
      phase = .idle
      return []
    }
    guard locked.basket == settings.basketByItself, presentTracks.isEmpty else {
      phase = .awaitingFace(locked)
      return []
    }
    phase = .idle
    forgetWordsOfStaff()
    return [.amountReleased]
  }

  /// A student who declined to type for the old amount is asked again for a new one.
  mutating func forgetDeclined() {
    askedFaces = askedFaces.filter {
      if case .mustPayOtherwise(.declined) = $0.value { false } else { true }
    }
  }

  private mutating func cannotTell(_ track: Int, for obstacle: LookAlikeObstacle) -> [Action] {
    switch phase {
    case .awaitingFace, .idle: notice = .notToldApart(obstacle)
    case .recognised, .awaitingTail, .booking, .accepted, .awaitingPlatform, .unclear, .held: break
    }
    refused(track)
    return []
  }

  func isAwaitingTail(of track: Int) -> Bool {
    if case .awaitingTail(let asked) = phase { asked.question.track == track } else { false }
  }

  /// Nothing is left to ask this face: it is greeted or has paid, and staff did not ask for a second order.
  private func isServed(track: Int) -> Bool {
    switch phase {
    case .recognised(let identification): identification.track == track
    case .accepted(let order): order.isFrom(track: track)
    case .idle: repeatGuard.isPresent(track: track) && !staffAllowRepeat && staffOverride == nil
    case .awaitingFace, .awaitingTail, .booking, .awaitingPlatform, .unclear, .held: false
    }
  }
}

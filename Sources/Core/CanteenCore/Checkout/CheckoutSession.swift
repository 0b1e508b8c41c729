/// One till's conversation with staff and students, as rules: events and time in, actions out.
///
/// An amount that staff key is locked at once. A fixed price or a counted meal is locked when a face appears,
/// and released when the face leaves unrecognised. Locking an amount also gives the order its number (I2).
public struct CheckoutSession: Sendable {
  public struct Settings: Sendable, Equatable {
    public var recognition: RecognitionMode
    public var sells: AmountMode
    /// The same user is not charged again within this time unless staff say so.
    public var sameUserCooldown: Duration
    /// How long a result stays on the student screen.
    public var resultShownFor: Duration
    /// In pre-recognition, how long a name is kept after the face looked away.
    public var recognisedKeptFor: Duration
    /// How long the question for the phone tail stays after the face looked away, usually down at the keypad.
    public var tailQuestionKeptFor: Duration
    /// How long wrong phone tails count.
    public var wrongTailsCountFor: Duration

    public init(
      recognition: RecognitionMode = .postRecognition, sells: AmountMode = .manual,
      sameUserCooldown: Duration = .seconds(60),
      resultShownFor: Duration = .seconds(4), recognisedKeptFor: Duration = .seconds(5),
      tailQuestionKeptFor: Duration = .seconds(8), wrongTailsCountFor: Duration = .seconds(300)
    ) {
      self.recognition = recognition
      self.sells = sells
      self.sameUserCooldown = sameUserCooldown
      self.resultShownFor = resultShownFor
      self.recognisedKeptFor = recognisedKeptFor
      self.tailQuestionKeptFor = tailQuestionKeptFor
      self.wrongTailsCountFor = wrongTailsCountFor
    }

    /// What a face in front of the till buys without staff pressing a key.
    var basketByItself: Basket? {
      switch sells {
      case .fixed: .fixed
      case .count: .count
      case .manual, .menu: nil
      }
    }
  }

  public struct LockedAmount: Sendable, Equatable {
    public let number: OutTradeNumber
    public let basket: Basket
    /// The list price; what one user pays may be less or more by their group.
    public let amount: Fen

    public init(number: OutTradeNumber, basket: Basket, amount: Fen) {
      self.number = number
      self.basket = basket
      self.amount = amount
    }
  }

  /// An order that is decided but not yet on disk.
  public struct PendingOrder: Sendable, Equatable {
    public enum Means: Sendable, Equatable {
      case face(Identification, RecognitionMode)
      /// Identified by card, PIN or name.
      case known(Payer, MoneyCollection)
      case code(CodeAttempt, CodeReceipt)
      case taken(TakenBeside)
    }

    public let locked: LockedAmount
    public let charge: Charge
    public let means: Means
    public var staffOverride: StaffOverride?

    public init(locked: LockedAmount, charge: Charge, means: Means, staffOverride: StaffOverride? = nil) {
      self.locked = locked
      self.charge = charge
      self.means = means
      self.staffOverride = staffOverride
    }

    /// Whose meal it is, when somebody was identified.
    public var user: RecognisedUser? {
      switch means {
      case .face(let identification, _): identification.user
      case .known(let payer, _): payer.user
      case .code(let attempt, _): attempt.payer.user
      case .taken: nil
      }
    }
  }

  public enum Phase: Sendable, Equatable {
    case idle
    /// Pre-recognition: the face is known, the amount is not.
    case recognised(Identification)
    case awaitingFace(LockedAmount)
    /// No face may pay this amount before staff key it again: it was to be paid in another way, or is older
    /// than what the camera has seen.
    case held(LockedAmount)
    /// The face is one of several look-alikes; the student types the phone tail.
    case awaitingTail(TailQuestion)
    /// A payment code was shown, and the platform has not answered: nothing else may pay, or the meal might be paid
    /// twice.
    case awaitingPlatform(CodeAttempt)
    /// The outcome of the code is unclear (待确认). Staff say whether the meal was given; the money is settled
    /// later.
    case unclear(CodeAttempt)
    case booking(PendingOrder)
    case accepted(PendingOrder)
  }

  public enum Event: Sendable, Equatable {
    /// This face is now the nearest of those that can be seen well.
    case facePresent(track: Int)
    case faceLeft(track: Int)
    /// The locked amount belongs to this face now.
    case ownsAmount(track: Int)
    /// This face is not the one that owns the amount and has left.
    case claimRefused(track: Int)
    /// The camera lost a face and has it again under a new track.
    case cameBack(track: Int, from: Int)
    case identified(Identification)
    case lookAlikes(LookAlikeQuestion)
    case notRecognised(track: Int)
    case phoneTail(PhoneTail)
    /// The student will not type the phone tail.
    case tailDeclined
    case cancelled
    case codeAnswered(OutTradeNumber, CodeOutcome)
    /// Staff gave the meal, or did not, for a code whose outcome is unclear.
    case mealGiven
    case mealWithheld
    case repeatAllowed(OutTradeNumber)
    /// An operator gave an override with the right PIN. Holds for this order, user and objections only, and is ignored
    /// when the sale has gone on meanwhile.
    case overridden(StaffOverride, of: ObjectedSale)
    case booked(OutTradeNumber)
    case bookingFailed(OutTradeNumber, reason: String)
    case sessionTimedOut
    case cameraClosed
    /// All blockers that one source finds now; empty when it finds none.
    case blocked(Set<FaceBlocker>, by: FaceBlockerSource)
    case tick
  }

  public enum Action: Sendable, Equatable {
    /// Write the order to the ledger; answer with ``Event/booked(_:)`` or ``Event/bookingFailed(_:reason:)``.
    case book(PendingOrder)
    /// Note the attempt in the ledger, then have the platform collect; answer with
    /// ``Event/codeAnswered(_:_:)``.
    case collect(CodeAttempt, PaymentCode)
    /// Ask what became of a code; answer with ``Event/codeAnswered(_:_:)``.
    case ask(CodeAttempt)
    /// Write into the ledger that no meal was given for this code.
    case close(CodeAttempt, reason: String)
    case amountLocked
    case amountReleased
    case matched
    case phoneTailAsked
    case phoneTailRight
    case phoneTailWrong
  }

  public internal(set) var phase = Phase.idle
  /// What staff should read; stays until the next step of the sale.
  public internal(set) var notice: StaffNotice?
  public internal(set) var faceBlockers = FaceBlockers()
  /// When the next ``Event/tick`` matters.
  public internal(set) var deadline: MonotonicInstant?
  public let settings: Settings
  /// From the lease; the platform's ceiling and no plan until there is one.
  public var rules: SaleRules
  /// From the lease.
  public var means = MeansOffered.faceOnly
  /// What users have bought so far; the code that writes orders updates it.
  public var dayBook = DayBook()
  public var bars: [OutUserID: UserBar] = [:]
  /// The time at the school; the caller sets it before each call.
  public var schoolTime: SchoolTime

  var rounds = 0
  /// Counts the amounts that got an owner of their own.
  var amounts = 0
  /// See ``IdentificationRound/isHandedOn``.
  var amountIsHandedOn = false
  var numbering: OrderNumbering
  var repeatGuard: RepeatGuard
  var tailTries: PhoneTailTries
  /// Faces that were asked for the phone tail and have not left, by their track.
  var askedFaces: [Int: AskedFace] = [:]
  /// Whose face was not seen when the phone tail was typed and has not come back yet. A face that left after the tail
  /// was typed is not kept here: the one that comes back may be the other twin.
  var typedLookingDown: (identification: Identification, until: MonotonicInstant)?
  var staffAllowRepeat = false
  /// An operator's override, and what it was given for.
  var staffOverride: (word: StaffOverride, sale: ObjectedSale)?
  var presentTracks: Set<Int> = []
  /// The track of the nearest face.
  var nearestTrack: Int?
  /// Whose the amount is that the till locked by itself, at a fixed price or to count.
  var lockedFor: Int?
  /// Faces that were refused and have not left; they get no amount of their own while somebody else waits.
  var refusedTracks: Set<Int> = []
  /// Faces that have paid or were told that they have just paid, and have not left.
  var servedTracks: Set<Int> = []
  /// Those of ``servedTracks`` that left last: the camera may only have lost them.
  var servedThatLeft: [Int] = []

  public init(
    settings: Settings, rules: SaleRules = SaleRules(), numbering: OrderNumbering, schoolTime: SchoolTime
  ) {
    self.settings = settings
    self.rules = rules
    self.numbering = numbering
    self.schoolTime = schoolTime
    repeatGuard = RepeatGuard(cooldown: settings.sameUserCooldown)
    tailTries = PhoneTailTries(keptFor: settings.wrongTailsCountFor)
  }

  /// A user who was charged shortly before the till restarted is not charged again at once (I2).
  public mutating func resume(chargeOf user: OutUserID, at time: MonotonicInstant) {
    repeatGuard.resume(user, chargedAt: time)
  }

  /// True while a recognised face would change something.
  public var wantsFaces: Bool {
    guard faceBlockers.isEmpty else { return false }
    return switch phase {
    case .awaitingFace, .awaitingTail: true
    case .booking, .awaitingPlatform, .unclear, .held: false
    case .idle, .recognised, .accepted: recognisesFirst
    }
  }

  /// What the checkout wants to know about the faces; nil when nothing. The number grows whenever every face
  /// must be identified again.
  public var identificationRound: IdentificationRound? {
    let waits = amountWaitsForFace
    guard wantsFaces || waits else { return nil }
    let mayRepeat = staffAllowRepeat || staffOverride != nil
    return IdentificationRound(
      number: rounds, amount: waits ? amounts : nil,
      served: mayRepeat ? [] : servedTracks.union(repeatGuard.presentTracks), isHandedOn: amountIsHandedOn,
      wantsNames: wantsFaces)
  }

  private var amountWaitsForFace: Bool {
    if case .held = phase { false } else { waitingAmount != nil }
  }

  /// Begins a new identification round when an amount was locked or released.
  mutating func countingRounds(_ actions: [Action]) -> [Action] {
    rounds += actions.count { $0 == .amountLocked || $0 == .amountReleased }
    return actions
  }

  /// The amount is for whoever stands nearest now.
  mutating func giveAmountAnOwner(handedOn: Bool = false) {
    amounts += 1
    amountIsHandedOn = handedOn
  }

  var waitingAmount: LockedAmount? { phase.waitingAmount }

  var recognisesFirst: Bool { settings.recognition == .preRecognition && settings.basketByItself == nil }

  /// Staff key an amount or dishes. It belongs to whoever stands there now, also when it is keyed again. Whoever was
  /// greeted before in pre-recognition is looked at again: they may have left.
  ///
  /// - Throws: ``CheckoutRefusal`` when the amount is not allowed, an order is being written, or a payment
  ///   code is undecided.
  public mutating func key(_ basket: Basket, at now: MonotonicInstant) throws(CheckoutRefusal) -> [Action] {
    let locked = try lock(basket)
    giveAmountAnOwner()
    if case .awaitingTail(let asked) = phase, asked.locked == locked {
      return countingRounds([.amountLocked])
    }
    if waitingAmount != locked { forgetDeclined() }
    if case .recognised = phase {} else { typedLookingDown = nil }
    notice = nil
    deadline = nil
    phase = .awaitingFace(locked)
    return countingRounds([.amountLocked])
  }

  /// Staff give the amount that waits to whoever stands there now.
  public mutating func offerAgain(at now: MonotonicInstant) throws(CheckoutRefusal) -> [Action] {
    if phase.codeAttempt != nil { throw .codeUnclear }
    guard let waitingAmount else { throw .noAmount }
    return try key(waitingAmount.basket, at: now)
  }

  /// Fallback: staff took the money another way. Books `basket`, or what is locked when `basket` is nil.
  ///
  /// - Parameter taken: how the money was taken. `schoolAccount` is refused because it needs a name; use
  ///   ``pay(by:at:)``.
  public mutating func takeByStaff(
    _ basket: Basket?, as taken: TakenBeside = .unnamed, at now: MonotonicInstant
  ) throws(CheckoutRefusal) -> [Action] {
    guard taken != .schoolAccount else { throw .nobodyNamed }
    if phase.codeAttempt != nil { throw .codeUnclear }
    let locked: LockedAmount
    if let basket {
      locked = try lock(basket)
    } else if let waitingAmount {
      locked = waitingAmount
    } else {
      throw .noAmount
    }
    notice = nil
    return startBooking(
      PendingOrder(locked: locked, charge: try anybodysCharge(locked), means: .taken(taken)))
  }

  /// What somebody pays who was not identified: the list price, without a subsidy.
  func anybodysCharge(_ locked: LockedAmount) throws(CheckoutRefusal) -> Charge {
    try charging { () throws(AmountError) in
      try rules.plan.charge(
        for: locked.basket, group: nil, at: schoolTime, fixedPrice: rules.fixedPrice, subsidised: false)
    }
  }

  private mutating func lock(_ basket: Basket) throws(CheckoutRefusal) -> LockedAmount {
    if case .booking = phase { throw .busy }
    if phase.codeAttempt != nil { throw .codeUnclear }
    let amount = try charging { () throws(AmountError) in try rules.listPrice(of: basket, at: schoolTime) }
    if let waitingAmount, waitingAmount.basket == basket, waitingAmount.amount == amount {
      return waitingAmount
    }
    return LockedAmount(number: numbering.next(), basket: basket, amount: amount)
  }

  private func charging<Value>(_ price: () throws(AmountError) -> Value) throws(CheckoutRefusal) -> Value {
    do {
      return try price()
    } catch {
      throw .amount(error)
    }
  }
}

extension CheckoutSession.Phase {
  /// The amount that is locked and not yet anybody's order.
  public var waitingAmount: CheckoutSession.LockedAmount? {
    switch self {
    case .awaitingFace(let locked), .held(let locked): locked
    case .awaitingTail(let asked): asked.locked
    case .idle, .recognised, .booking, .accepted, .awaitingPlatform, .unclear: nil
    }
  }
}

/// One till's conversation with staff and students, as rules: events and time in, actions out.
///
/// Manual amounts are locked when staff key them; a fixed amount is locked when a face appears and let go when
/// it leaves unrecognised. Whatever locks an amount also gives the order its number (I2).
public struct CheckoutSession: Sendable {
  public struct Settings: Sendable, Equatable {
    public var recognition: RecognitionMode
    /// Charged to everyone who is recognised; nil when staff key each amount.
    public var fixedAmount: Fen?
    /// The same user is not charged again within this time unless staff say so.
    public var sameUserCooldown: Duration
    /// How long a result stays on the student screen.
    public var resultShownFor: Duration
    /// In pre-recognition, how long a name is kept after the face looked away.
    public var recognisedKeptFor: Duration

    public init(
      recognition: RecognitionMode = .postRecognition, fixedAmount: Fen? = nil,
      sameUserCooldown: Duration = .seconds(60),
      resultShownFor: Duration = .seconds(4), recognisedKeptFor: Duration = .seconds(5)
    ) {
      self.recognition = recognition
      self.fixedAmount = fixedAmount
      self.sameUserCooldown = sameUserCooldown
      self.resultShownFor = resultShownFor
      self.recognisedKeptFor = recognisedKeptFor
    }
  }

  public struct LockedAmount: Sendable, Equatable {
    public let number: OutTradeNumber
    public let amount: Fen
    public let mode: AmountMode
  }

  /// An order that is decided but not yet on disk.
  public struct PendingOrder: Sendable, Equatable {
    public enum Means: Sendable, Equatable {
      case face(Identification, RecognitionMode)
      case takenByStaff
    }

    public let locked: LockedAmount
    public let means: Means
  }

  public enum Phase: Sendable, Equatable {
    case idle
    /// Pre-recognition: the face is known, the amount is not.
    case recognised(Identification)
    case awaitingFace(LockedAmount)
    case booking(PendingOrder)
    case accepted(PendingOrder)
  }

  public enum Event: Sendable, Equatable {
    case facePresent(track: Int)
    case faceLeft(track: Int)
    case identified(Identification)
    case notRecognised(track: Int)
    case cancelled
    case repeatAllowed
    case booked(OutTradeNumber)
    case bookingFailed(OutTradeNumber, reason: String)
    case sessionTimedOut
    case cameraClosed
    case faceBlockers(Set<FaceBlocker>)
    case tick
  }

  public enum Action: Sendable, Equatable {
    /// Write the order to the ledger; answer with ``Event/booked(_:)`` or ``Event/bookingFailed(_:reason:)``.
    case book(PendingOrder)
    case amountLocked
    case amountReleased
    case matched
  }

  public internal(set) var phase = Phase.idle
  /// What staff should read; stays until the next step of the sale.
  public internal(set) var notice: StaffNotice?
  public internal(set) var faceBlockers: Set<FaceBlocker> = []
  /// When the next ``Event/tick`` matters.
  public internal(set) var deadline: MonotonicInstant?
  public let settings: Settings
  /// From the lease; the platform's ceiling until there is one.
  public var limits = SpendingLimits.platformCeiling

  var numbering: OrderNumbering
  var repeatGuard: RepeatGuard
  var staffAllowRepeat = false
  var presentTracks: Set<Int> = []

  public init(settings: Settings, numbering: OrderNumbering) {
    self.settings = settings
    self.numbering = numbering
    repeatGuard = RepeatGuard(cooldown: settings.sameUserCooldown)
  }

  /// True while a recognised face would change something.
  public var wantsFaces: Bool {
    guard faceBlockers.isEmpty else { return false }
    return switch phase {
    case .awaitingFace: true
    case .booking: false
    case .idle, .recognised, .accepted: settings.recognition == .preRecognition && settings.fixedAmount == nil
    }
  }

  /// Staff key an amount. In pre-recognition with a face known this books the order.
  ///
  /// - Throws: ``CheckoutRefusal`` when the amount is not allowed or an order is being written.
  public mutating func keyAmount(_ amount: Fen, at now: MonotonicInstant) throws(CheckoutRefusal) -> [Action]
  {
    let locked = try lock(amount)
    notice = nil
    if case .recognised(let identification) = phase {
      return book(locked, for: identification, mode: .preRecognition)
    }
    phase = .awaitingFace(locked)
    deadline = nil
    return [.amountLocked]
  }

  /// Fallback: staff took the money another way. Takes the locked amount, or `amount` when none is locked.
  public mutating func takeByStaff(_ amount: Fen?, at now: MonotonicInstant) throws(CheckoutRefusal)
    -> [Action]
  {
    let locked: LockedAmount
    if let amount {
      locked = try lock(amount)
    } else if case .awaitingFace(let waiting) = phase {
      locked = waiting
    } else {
      throw .noAmount
    }
    notice = nil
    return startBooking(PendingOrder(locked: locked, means: .takenByStaff))
  }

  private mutating func lock(_ amount: Fen) throws(CheckoutRefusal) -> LockedAmount {
    if case .booking = phase { throw .busy }
    do {
      try limits.check(amount)
    } catch {
      throw .amount(error)
    }
    if case .awaitingFace(let waiting) = phase, waiting.amount == amount { return waiting }
    return LockedAmount(number: numbering.next(), amount: amount, mode: .manual)
  }
}

/// Why a key of the staff was not obeyed.
public enum CheckoutRefusal: Error, Equatable, CustomStringConvertible {
  case amount(AmountError)
  case noAmount
  case busy

  public var description: String {
    switch self {
    case .amount(let error): error.description
    case .noAmount: "Enter the amount first."
    case .busy: "An order is just being written; try again in a moment."
    }
  }
}

/// What staff should know about the sale in hand.
public enum StaffNotice: Sendable, Equatable {
  case notRecognised
  case alreadyCharged(RecognisedUser)
  case sessionTimedOut
  case bookingFailed(reason: String)
}

/// Why no face is accepted at the moment; payment beside the till stays open (I5).
public enum FaceBlocker: String, Sendable, Hashable, Codable, CaseIterable {
  case noLease = "no_lease"
  case leaseExpired = "lease_expired"
  case libraryEmpty = "library_empty"
  case cameraFailed = "camera_failed"
  case recognitionFailed = "recognition_failed"
  case ledgerFailed = "ledger_failed"
}

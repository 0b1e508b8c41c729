/// Why the checkout refuses what staff asked for.
public enum CheckoutRefusal: Error, Equatable, CustomStringConvertible {
  case amount(AmountError)
  case noAmount
  case busy
  /// A payment code was shown and it is not known yet whether it was charged.
  case codeUnclear
  /// No platform takes payment codes for this school.
  case noPaymentCodes
  /// The digits fit the payment codes of none of this school's platforms.
  case foreignCode
  /// Nobody is named whose account would pay.
  case nobodyNamed
  /// The school offers no way to take money from somebody without a face.
  case noWayToCollect
  case nothingToPay
  case noCodeIsUnclear
  /// The till may not ask a platform for money now.
  case blocked(FaceBlocker)
  /// The ledger or the lease did not allow it; nobody is charged.
  case notBooked(reason: String)

  public var description: String {
    switch self {
    case .amount(let error): error.description
    case .noAmount: "Enter the amount first."
    case .busy: "An order is being written; try again in a moment."
    case .codeUnclear:
      "A payment code is still being decided; wait for it, or say whether the meal was given."
    case .noPaymentCodes:
      "This school takes no payment codes at the till; use the face, or take the money by hand."
    case .foreignCode:
      "This is not a payment code of this school's platforms; show another app's code, or pay another way."
    case .nobodyNamed: "First say whose account pays."
    case .noWayToCollect:
      "This school takes no money by card, PIN or name; use the face, or take the money by hand."
    case .nothingToPay: "There is nothing to pay; a payment code is not needed."
    case .noCodeIsUnclear: "No payment code is waiting for staff to decide."
    case .blocked(let blocker):
      "The till may not ask for money now (\(blocker.rawValue)); take it by hand, and see the till's alerts."
    case .notBooked(let reason): "The order was not booked: \(reason)"
    }
  }
}

/// What staff should know about the sale in hand.
public enum StaffNotice: Sendable, Equatable {
  case notRecognised
  /// The face may be one of several people, and nothing tells which.
  case notToldApart(LookAlikeObstacle)
  /// There are objections to selling to this user; an override is enough when `mayOverride` is true.
  case objected(RecognisedUser, [SaleObjection], mayOverride: Bool)
  case cannotBeSold(AmountError)
  case sessionTimedOut
  /// The code was not charged; show another, or pay otherwise.
  case codeRefused(reason: String)
  /// The code may have been charged (待确认): do not pay again.
  case codeUnclear(reason: String)
  case bookingFailed(reason: String)
}

/// What an operator's override is for.
public struct ObjectedSale: Sendable, Equatable {
  public let number: OutTradeNumber
  public let user: OutUserID
  public let objections: [SaleObjection]

  public init(number: OutTradeNumber, user: OutUserID, objections: [SaleObjection]) {
    self.number = number
    self.user = user
    self.objections = objections
  }

  /// nil when nothing is objected to that an operator may override.
  public init?(_ phase: CheckoutSession.Phase, _ notice: StaffNotice?) {
    guard let locked = phase.waitingAmount,
      case .objected(let user, let objections, mayOverride: true) = notice
    else { return nil }
    self.init(number: locked.number, user: user.outUserID, objections: objections)
  }
}

/// Why no face is accepted at the moment; payment beside the till stays open (I5).
public enum FaceBlocker: String, Sendable, Hashable, Codable, CaseIterable {
  case noLease = "no_lease"
  case leaseExpired = "lease_expired"
  case libraryEmpty = "library_empty"
  case libraryStale = "library_stale"
  case cameraFailed = "camera_failed"
  case recognitionFailed = "recognition_failed"
  /// The ledger could not be written; tried again every few seconds.
  case ledgerFailed = "ledger_failed"
  /// Entries of the ledger are not as they were signed; a person has to look.
  case ledgerDamaged = "ledger_damaged"
  /// The ledger is empty or shorter than it was; the gateway has to be asked first.
  case ledgerUnproven = "ledger_unproven"
  /// The gateway has entries that this ledger lacks: an old disk was put back.
  case ledgerBehind = "ledger_behind"
  /// The gateway has other entries than this ledger: a copy of the box is selling, or an old disk sold on.
  case ledgerForked = "ledger_forked"
  /// The gateway will not take an entry of this till.
  case uploadRefused = "upload_refused"
  /// The gateway answers nothing more to this till.
  case tillRevoked = "till_revoked"
  case clockUntrusted = "clock_untrusted"
  case tooManyUnsent = "too_many_unsent"
  case tooMuchUnsent = "too_much_unsent"
  case unsentTooOld = "unsent_too_old"
  case diskFull = "disk_full"
}

extension FaceBlocker {
  /// Whether it also stops every other way of asking a platform for money, not only the face.
  public var concernsMoney: Bool {
    switch self {
    case .libraryEmpty, .libraryStale, .cameraFailed, .recognitionFailed: false
    case .noLease, .leaseExpired, .ledgerFailed, .ledgerDamaged, .ledgerUnproven, .ledgerBehind,
      .ledgerForked,
      .uploadRefused, .tillRevoked, .clockUntrusted, .tooManyUnsent, .tooMuchUnsent, .unsentTooOld, .diskFull:
      true
    }
  }
}

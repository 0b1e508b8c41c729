/// Why a key of the staff was not obeyed.
public enum CheckoutRefusal: Error, Equatable, CustomStringConvertible {
  case amount(AmountError)
  case noAmount
  case busy
  /// The ledger or the lease did not allow it; nobody is charged.
  case notBooked(reason: String)

  public var description: String {
    switch self {
    case .amount(let error): error.description
    case .noAmount: "Enter the amount first."
    case .busy: "An order is just being written; try again in a moment."
    case .notBooked(let reason): "The order was not booked: \(reason)"
    }
  }
}

/// What staff should know about the sale in hand.
public enum StaffNotice: Sendable, Equatable {
  case notRecognised
  /// The face is one of several, and nothing tells which.
  case notToldApart(LookAlikeObstacle)
  /// Something speaks against selling to this user; an operator's word may be enough.
  case objected(RecognisedUser, [SaleObjection], mayOverride: Bool)
  case cannotBeSold(AmountError)
  case sessionTimedOut
  case bookingFailed(reason: String)
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
  /// The gateway has entries of this till that this ledger lacks: an old disk came back, or a copy sells.
  case ledgerForked = "ledger_forked"
  case clockUntrusted = "clock_untrusted"
  case tooManyUnsent = "too_many_unsent"
  case tooMuchUnsent = "too_much_unsent"
  case unsentTooOld = "unsent_too_old"
  case diskFull = "disk_full"
}

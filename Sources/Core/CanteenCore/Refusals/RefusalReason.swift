/// Why a till or the gateway refuses a call. docs/openapi says which call refuses with what.
public enum RefusalReason: String, Sendable, CaseIterable, Codable {
  // Any call
  /// The body is not what the call takes; nothing was done.
  case badJSON = "bad_json"
  /// The query has a parameter that the call does not take, or gives one twice.
  case badQuery = "bad_query"
  /// The till names an epoch that no gateway gives.
  case badEpoch = "bad_epoch"
  case badNonce = "bad_nonce"
  case tooLarge = "too_large"
  case notFound = "not_found"
  /// Whatever HTTP itself refuses.
  case refused
  /// A defect; the program's log says more.
  case failed

  // Who asks
  case wrongHost = "wrong_host"
  case wrongOrigin = "wrong_origin"
  case badToken = "bad_token"
  case unknownTerminal = "unknown_terminal"
  /// The till shows no certificate.
  case noCertificate = "no_certificate"
  /// The till's certificate is not of this school's authority, or cannot be read.
  case foreignCertificate = "foreign_certificate"
  case certificateExpired = "certificate_expired"
  case certificateNotYetValid = "certificate_not_yet_valid"
  /// The till was revoked, or another box has taken its name.
  case revoked

  // Names and numbers in addresses
  case badNumber = "bad_number"
  case badUserID = "bad_user_id"
  case badTerminalID = "bad_terminal_id"
  case badOperator = "bad_operator"
  case badDay = "bad_day"
  case noSuchPage = "no_such_page"

  // Selling
  case badAmount = "bad_amount"
  case unknownDish = "unknown_dish"
  case badTail = "bad_tail"
  case notAsked = "not_asked"
  case busy
  case codeUnclear = "code_unclear"
  case noCodeUnclear = "no_code_unclear"
  case badPaymentCode = "bad_payment_code"
  case badPayer = "bad_payer"
  case unknownPayer = "unknown_payer"
  case notBooked = "not_booked"

  // Staff
  case wrongPIN = "wrong_pin"
  case tooManyTries = "too_many_tries"
  case noOperators = "no_operators"
  case notAllowed = "not_allowed"
  case noReason = "no_reason"
  case nothingToOverride = "nothing_to_override"
  case noShift = "no_shift"
  case badPIN = "bad_pin"
  case unknownOperator = "unknown_operator"

  // Orders and ledgers
  case unknownOrder = "unknown_order"
  case noFace = "no_face"
  case damaged
  case noLease = "no_lease"
  case nothingToExport = "nothing_to_export"
  case badExport = "bad_export"
  case refusedEntry = "refused_entry"
  /// Entries have to arrive before these can be taken.
  case entriesMissing = "entries_missing"
  case tooMany = "too_many"
  /// The gateway does not answer now; what was brought is kept until it does.
  case waiting
  /// What was brought cannot be kept on this disk.
  case noRoom = "no_room"
  case ledgerForked = "ledger_forked"
  case ledgerBehind = "ledger_behind"
  case ledgerUnsound = "ledger_unsound"
  /// The gateway was not asked yet whether this ledger is whole.
  case ledgerUnproven = "ledger_unproven"
  /// The gateway has taken more entries since the till proved that it continues them; it proves it again.
  case proofIsOld = "proof_is_old"
  case foreignLease = "foreign_lease"

  // Payment codes at the gateway
  /// No platform of the school takes them.
  case paymentCodesNotOffered = "payment_codes_not_offered"
  /// The gateway never heard of the number.
  case unknownPaymentCode = "unknown_payment_code"

  // People and boxes
  case unknownUser = "unknown_user"
  case badCode = "bad_code"
  case badKeys = "bad_keys"
  case terminalExists = "terminal_exists"
  /// Its certificate expired too long ago to be renewed.
  case certificateLapsed = "certificate_lapsed"

  // Screens, camera, and what the program itself depends on
  case notShown = "not_shown"
  case noPreview = "no_preview"
  case syncFailed = "sync_failed"
  case gatewaySilent = "gateway_silent"
  case platform
  case noBill = "no_bill"
}

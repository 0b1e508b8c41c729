public import CanteenCore

/// Why the ledger cannot be opened or written. Each means: this order is not accepted.
public enum LedgerError: Error, Equatable, CustomStringConvertible {
  /// The database could not be opened, read or written; SQLite's own words.
  case storage(String)
  case diskFull
  case readOnly
  /// The disk failed to read or to write; SQLite's extended result code.
  case diskFails(code: Int32)
  /// The file is not a whole database any more; SQLite's own words.
  case damagedFile(String)
  /// SQLite would not promise that a commit survives a power cut.
  case notDurable(synchronous: Int)
  /// The last entry was written by another till or another key.
  case foreign(TerminalID)
  /// The chain is broken at this sequence.
  case damaged(sequence: Int64, reason: String)
  /// The number was used for a different order before.
  case numberReused(OutTradeNumber)
  case refundNumberReused(OutRefundNumber)
  case unknownOrder(OutTradeNumber)
  /// The order is not sound and was not booked; the reason.
  case unsound(OutTradeNumber, String)
  case cannotBeVoided(OutTradeNumber, OrderState)
  case cannotBeRefunded(OutTradeNumber, OrderState)
  case refundTooLarge(left: Fen)
  case shiftIsOpen(Shift)
  case noShiftIsOpen
  /// A table holds a word that no value of this version has; a newer version wrote it, or the file is damaged.
  case unknownWord(String, column: String)
  /// An entry would be longer than any sale is.
  case tooLong
  /// The tables made from the entries do not agree with the entries.
  case viewsDiffer
  /// Nothing but sales beside the till is taken until the ledger was compared with the gateway, or recovered.
  case limited(LedgerStanding)

  public var description: String {
    switch self {
    case .storage(let reason):
      "The order ledger cannot be used (\(reason)); check the disk and its space, nothing was booked."
    case .diskFull:
      "The till's disk is full, so nothing can be booked; make room on it, then selling goes on."
    case .readOnly:
      "The till's disk can only be read, so nothing can be booked; make it writable again, then selling goes on."
    case .diskFails(let code):
      """
      The till's disk fails (SQLite error \(code)), so nothing counts as booked; try again, and replace the disk \
      if it fails again.
      """
    case .damagedFile(let reason):
      "The order ledger's file is damaged (\(reason)), so nothing can be booked; keep the file and call support."
    case .notDurable(let level):
      "The order ledger refuses to run with synchronous=\(level); it needs FULL (2) to survive a power cut."
    case .foreign(let terminal):
      "This ledger belongs to till \(terminal) or another device key; restore the right key or use a new folder."
    case .damaged(let sequence, let reason):
      "The order ledger is damaged at entry \(sequence): \(reason). Keep the file and call support."
    case .numberReused(let number):
      "Order number \(number) is already used for another order."
    case .refundNumberReused(let number):
      "Refund number \(number) is already used for another refund."
    case .unknownOrder(let number): "This till never booked order \(number)."
    case .unsound(let number, let flaw): "Order \(number) was not booked: \(flaw)."
    case .cannotBeVoided(let number, let state):
      state.isCharged
        ? "Order \(number) is already paid; refund it instead."
        : "Order \(number) cannot be voided any more, it is \(state.rawValue)."
    case .cannotBeRefunded(let number, let state):
      state.canBeVoided
        ? "Order \(number) is not paid yet; void it instead."
        : "Order \(number) cannot be refunded, it is \(state.rawValue)."
    case .refundTooLarge(let left):
      "At most ¥\(left.yuan) of this order can still be refunded, in 50 refunds at most."
    case .shiftIsOpen(let shift):
      "Shift \(shift.number) of \(shift.operatorID) is open; close it first."
    case .noShiftIsOpen: "No shift is open."
    case .tooLong: "That is too long for the order ledger; sell it in smaller orders."
    case .unknownWord(let word, let column):
      """
      The order ledger says "\(word)" for \(column), which this version does not know; install the version that wrote \
      it, nothing is lost.
      """
    case .limited(.unproven):
      """
      This till's ledger is empty or shorter than it was, so only cash is taken until the gateway was asked; check the \
      network.
      """
    case .limited:
      """
      The gateway knows entries that this till's ledger lacks, so only cash is taken; call support, who runs \
      `canteenctl ledger recover`.
      """
    case .viewsDiffer:
      "The till's tables differ from its signed entries; run `canteenctl ledger rebuild`, nothing is lost."
    }
  }
}

public import CanteenCore

/// Why the ledger cannot be opened or written. Each means: this order is not accepted.
public enum LedgerError: Error, Equatable, CustomStringConvertible {
  /// The database could not be opened, read or written; SQLite's own words.
  case storage(String)
  /// SQLite would not promise that a commit survives a power cut.
  case notDurable(synchronous: Int)
  /// The last entry was written by another till or another key.
  case foreign(TerminalID)
  /// The chain is broken at this sequence.
  case damaged(sequence: Int64, reason: String)
  /// The number was used for a different order before.
  case numberReused(OutTradeNumber)

  public var description: String {
    switch self {
    case .storage(let reason):
      "The order ledger cannot be used (\(reason)); check the disk and its space, nothing was booked."
    case .notDurable(let level):
      "The order ledger refuses to run with synchronous=\(level); it needs FULL (2) to survive a power cut."
    case .foreign(let terminal):
      "This ledger belongs to till \(terminal) or another device key; restore the right key or use a new folder."
    case .damaged(let sequence, let reason):
      "The order ledger is damaged at entry \(sequence): \(reason). Keep the file and call support."
    case .numberReused(let number):
      "Order number \(number) was used for another order already."
    }
  }
}

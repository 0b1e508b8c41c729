package import CanteenCore
package import GatewayProtocol

/// What tills have to hear, by cursor; and how far each was told.
///
/// A cursor is given out inside the transaction that writes what it stands for, and nobody else is given one before
/// that transaction has ended: on a database with many writers under a lock on the stream's counter. So whoever reads a
/// cursor has everything before it to read as well, and a reader that goes on after the last cursor it read skips
/// nothing, however many write and read at once.
///
/// Cursors count within a ``StoreEpoch``. A till that was told more than ``Telling/told`` says knows a history that this
/// store lost; then another epoch is drawn, and every till begins at 0.
package protocol EventStore: Sendable {
  /// Events for one till after a cursor, oldest first.
  func storedEvents(for terminal: TerminalID, after cursor: Int64, atMost count: Int) async throws
    -> [StoredEvent]

  /// How far a till was told of a stream; nil for a till that is not paired.
  func telling(_ stream: CursorStream, to terminal: TerminalID) async throws -> Telling?

  /// Notes that a till is about to be told everything up to a cursor; lower than before changes nothing. Must be done
  /// before the till hears of the cursor.
  ///
  /// - Returns: false, with nothing written, when another epoch was drawn meanwhile.
  func note(told cursor: Int64, of stream: CursorStream, to terminal: TerminalID, in epoch: StoreEpoch)
    async throws -> Bool

  /// Begins another epoch, in which no till was told anything yet. What tills have to hear stays, with its cursors.
  ///
  /// - Returns: false when `old` is not the epoch any more: somebody else drew one.
  func replaceEpoch(_ old: StoreEpoch, by new: StoreEpoch) async throws -> Bool
}

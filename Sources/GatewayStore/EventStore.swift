package import CanteenCore
package import GatewayProtocol

/// Events for tills, by cursor, and how far each till was told.
///
/// A cursor is given out inside the transaction that writes what it stands for, and nobody else is given one
/// before that transaction has ended. On a database with many writers this takes a lock on the stream's
/// counter. So when a reader sees a cursor, everything before it can be read too. A reader that goes on after
/// the last cursor it read skips nothing, however many write and read at once.
///
/// Cursors count within a ``StoreEpoch``. A till that has read beyond ``Telling/told`` knows a history that
/// this store has lost. Then another epoch is drawn, and every till begins at 0.
package protocol EventStore: Sendable {
  /// Events for one till after a cursor, oldest first.
  func storedEvents(for terminal: TerminalID, after cursor: Int64, atMost count: Int) async throws
    -> [StoredEvent]

  /// How far a till was told of a stream; nil for a till that is not paired.
  func telling(_ stream: CursorStream, to terminal: TerminalID) async throws -> Telling?

  /// Notes that a till is about to be told everything up to a cursor; a lower cursor than before changes
  /// nothing. Must be done before the till hears of the cursor.
  ///
  /// - Returns: false, with nothing written, when another epoch was drawn meanwhile.
  func note(told cursor: Int64, of stream: CursorStream, to terminal: TerminalID, in epoch: StoreEpoch)
    async throws -> Bool

  /// Begins another epoch, in which no till was told anything yet. The events stay, with their cursors.
  ///
  /// - Returns: false when `old` is no longer the epoch: somebody else drew one.
  func replaceEpoch(_ old: StoreEpoch, by new: StoreEpoch) async throws -> Bool
}

package import CanteenCore

/// Entries of tills, the orders and refunds that follow from them, and who works on what is due.
///
/// To decide, a caller reads a view, decides on values, and commits the decision. It is written only while
/// everything is still as it was read; otherwise the caller reads and decides again.
package protocol OrderStore: Sendable {
  /// What is needed to decide about a till's entries.
  ///
  /// - Parameters:
  ///   - sequences: entries whose hashes are asked for.
  ///   - orders: missing ones are left out.
  ///   - refunds: looked up by number, whatever order they are of.
  func intakeView(
    of terminal: TerminalID, sequences: Set<Int64>, orders: Set<OutTradeNumber>,
    refunds: Set<OutRefundNumber>
  ) async throws -> IntakeView

  /// These orders with all their refunds; missing ones are left out.
  func bookView(of orders: Set<OutTradeNumber>) async throws -> BookView

  /// Writes a decision whole, with its events behind all events that were written before.
  ///
  /// - Parameter claim: ends with the decision; nil leaves every claim as it is.
  /// - Returns: false when a record, a new number or the end of a chain is not as it was read. Nothing is written then,
  ///   and the claim goes on.
  func commit(_ decision: OrderDecision, ending claim: Claim?) async throws -> Bool

  /// Gives out what is due, what has waited longest first; see ``DuePriority`` for who goes before whom. Nobody is given
  /// the same again until its claim was ended or ran out, nor another refund of the same order, nor the order itself.
  ///
  /// - Parameters:
  ///   - end: when the claims run out by themselves, in case their worker dies.
  ///   - platform: nil for work of every platform.
  func claimDue(atMost count: Int, at now: Timestamp, until end: Timestamp, of platform: PlatformID?)
    async throws -> [DueWork]

  /// When the next order or refund that nobody has claimed falls due, or a claim runs out; nil when nothing is due.
  ///
  /// - Parameter platform: nil for work of every platform.
  func nextDueTime(of platform: PlatformID?) async throws -> Timestamp?

  /// Makes due at `now` whatever waits for its next call beyond `limit`. No rule makes anything wait that
  /// long: the clock was ahead when the time was set. A delayed order waits for its window and is left, unless that is
  /// farther away than any window.
  ///
  /// - Returns: how many orders and refunds were changed.
  func pullIn(waitingBeyond limit: Timestamp, to now: Timestamp, claimedBeyond end: Timestamp) async throws
    -> Int

  /// Orders and refunds that are to be called for, and about which nobody has asked the platform yet or will.
  func openWithoutDoubt(atMost count: Int) async throws -> OpenWork

  /// Orders of the user that wait for money that was not there, by number.
  func delayedOrders(of user: OutUserID) async throws -> [OutTradeNumber]

  /// Notes a code before the platform hears of it: if this process dies now, the outcome is unclear.
  ///
  /// - Returns: what is noted under this number already; nil when this call noted it.
  func begin(_ payment: CodePayment, for number: OutTradeNumber) async throws -> CodePayment?

  /// Notes what the platform decided; a decision that is noted stays.
  func decide(_ outcome: CodeOutcome, for number: OutTradeNumber) async throws
}

extension OrderStore {
  package func claimDue(atMost count: Int, at now: Timestamp, until end: Timestamp) async throws -> [DueWork]
  {
    try await claimDue(atMost: count, at: now, until: end, of: nil)
  }

  package func nextDueTime() async throws -> Timestamp? { try await nextDueTime(of: nil) }

  package func commit(_ decision: OrderDecision) async throws -> Bool {
    try await commit(decision, ending: nil)
  }

  /// Ends a claim without any other change.
  package func release(_ claim: Claim) async throws {
    _ = try await commit(OrderDecision(), ending: claim)
  }
}

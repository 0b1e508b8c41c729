package import CanteenCore
package import Foundation
package import GatewayProtocol

/// The tills: how they are paired, what they uploaded and where their ledgers end.
package protocol TerminalStore: Sendable {
  /// Keeps an offer, in the place of earlier ones for the same till.
  func add(_ offer: PairingOffer) async throws

  /// Counts a try of an offer, before the code is looked at.
  ///
  /// - Returns: the offer, with this try in its count; nil when there is none of this name.
  func countTry(ofOffer name: String) async throws -> PairingOffer?

  /// Takes back what was counted: the code was not looked at.
  func forgetTry(ofOffer name: String) async throws

  /// Counts a try of whatever code, before it is looked at, and forgets those before `start`, and those that a clock
  /// which was set back since has counted in what is the future now.
  func countTry(at now: Timestamp, since start: Timestamp) async throws -> CountedTry

  /// Takes back what was counted: the code was right, or was not looked at.
  func forgetTry(_ number: Int64) async throws

  /// Uses an offer up and makes the box the till it is for. A box that had the name before has it no longer; its key
  /// is kept for what it has signed.
  ///
  /// - Returns: false, with nothing written, when the offer is gone, too old, or no longer fits: a till of this name is
  ///   there and the offer replaces none, or the other way round.
  func redeem(offer name: String, by box: PairedBox, at now: Timestamp) async throws -> Bool

  func terminal(_ id: TerminalID) async throws -> PairedTerminal?

  /// In the order of their names.
  func terminals() async throws -> [PairedTerminal]

  /// Notes the newest certificate of a till.
  func certify(_ id: TerminalID, certificate: String, until: Timestamp) async throws

  /// Nothing that this till asks for is answered from now on.
  ///
  /// - Returns: false when there is no such till, or it was revoked before.
  func revoke(_ id: TerminalID, at now: Timestamp) async throws -> Bool

  /// Where the stored part of a till's ledger ends.
  func chainEnd(of terminal: TerminalID) async throws -> LedgerPoint

  /// The end, and the entry of this sequence or the end where that is earlier.
  func held(of terminal: TerminalID, at sequence: Int64) async throws -> HeldEntries

  /// Keeps what a till said about its ledger, and what is wrong with it; nil ends an alarm. A fork stays a fork, whatever
  /// else is wrong, until somebody has looked.
  ///
  /// - Parameter endsFork: somebody has.
  func note(
    _ head: LedgerHead, alarm: TerminalAlarm?, endsFork: Bool, of terminal: TerminalID, at now: Timestamp
  ) async throws

  /// Entries of a till as it signed them, oldest first.
  func entries(of terminal: TerminalID, after sequence: Int64, atMost count: Int) async throws
    -> [LedgerEntry]

  /// Keeps entries in whose place the chain holds others, each once.
  ///
  /// - Returns: how many of them the till has not taken yet.
  func keepStrays(_ entries: [LedgerEntry], of terminal: TerminalID, at now: Timestamp) async throws -> Int

  func isStray(_ hash: Data, of terminal: TerminalID) async throws -> Bool

  /// In the order in which they were kept. The till has taken those up to `place`.
  func strays(of terminal: TerminalID, after place: Int64) async throws -> StrayEntries
}

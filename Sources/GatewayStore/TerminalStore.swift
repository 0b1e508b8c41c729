package import CanteenCore
package import Foundation
package import GatewayProtocol

/// The tills: how they are paired, what they uploaded and where their ledgers end.
package protocol TerminalStore: Sendable {
  func add(pairingCode code: String, for terminal: TerminalID, expiresAt: Timestamp) async throws

  /// The till that this code is for; nil when it is unknown, used or too old.
  func terminal(pairingWith code: String, at now: Timestamp) async throws -> TerminalID?

  /// Uses a code up and pairs the till it is for.
  ///
  /// - Parameters:
  ///   - deviceKey: X9.63, as is `sealingKey`.
  ///   - certificate: PEM.
  /// - Returns: nil, with nothing written, when the code is unknown, used or too old.
  func redeem(
    pairingCode code: String, at now: Timestamp, deviceKey: Data, sealingKey: Data, certificate: String
  ) async throws -> TerminalID?

  func terminal(_ id: TerminalID) async throws -> PairedTerminal?

  /// Where the stored part of a till's ledger ends.
  func chainEnd(of terminal: TerminalID) async throws -> LedgerPoint

  /// The end, and the entry of this sequence or the end where that is earlier.
  func held(of terminal: TerminalID, at sequence: Int64) async throws -> HeldEntries

  /// Keeps what a till said about its ledger, and what is wrong with it; nil ends an alarm.
  func note(_ head: LedgerHead, alarm: TerminalAlarm?, of terminal: TerminalID, at now: Timestamp)
    async throws

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

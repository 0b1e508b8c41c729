package import CanteenCore

/// A payment code that was, or is being, shown to a platform.
package struct CodePayment: Sendable, Equatable {
  package let terminal: TerminalID
  /// The platform that was asked.
  package let platform: PlatformID
  package let toCollect: Fen
  package let askedAt: Timestamp
  package let outcome: CodeOutcome

  package init(
    terminal: TerminalID, platform: PlatformID, toCollect: Fen, askedAt: Timestamp, outcome: CodeOutcome
  ) {
    self.terminal = terminal
    self.platform = platform
    self.toCollect = toCollect
    self.askedAt = askedAt
    self.outcome = outcome
  }
}

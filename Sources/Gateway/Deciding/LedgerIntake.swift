package import CanteenCore
package import GatewayProtocol
package import GatewayStore

/// Stores ledger entries of tills, each once, and does what each says.
package struct LedgerIntake: Sendable {
  private let store: any OrderStore & PeopleStore & TerminalStore
  private let platform: PlatformID

  /// - Parameter platform: who is asked for orders that name nobody.
  package init(store: any OrderStore & PeopleStore & TerminalStore, platform: PlatformID = .weChatPay) {
    self.store = store
    self.platform = platform
  }

  /// - Parameters:
  ///   - address: where the till stands in the network; nil when somebody carried the entries here.
  ///   - isCarried: somebody brought them in a file.
  ///   - heldThrough: up to here the till had sent its entries before, so that orders which are not known are asked
  ///     about at the platform before anything is sent.
  /// - Returns: one answer for each entry, up to the first that is refused; what came before it is stored.
  package func take(
    _ entries: [LedgerEntry], of terminal: PairedTerminal, from address: String? = nil,
    heldThrough: Int64 = 0, isCarried: Bool = false,
    at now: Timestamp
  ) async throws -> [OrderUploadAnswer.Answer] {
    let question = IntakeQuestion(entries)
    let intake = try await store.whileUnchanged {
      // Another box may have taken the name since the caller was identified.
      let terminal = try await store.terminal(terminal.id) ?? terminal
      let view = try await store.intakeView(
        of: terminal.id, sequences: question.sequences, orders: question.orders, refunds: question.refunds)
      var intake = Intake(
        of: terminal, from: address, heldThrough: heldThrough, view, platform: platform,
        isCarried: isCarried, at: now)
      intake.take(entries)
      return (intake, intake.decision)
    }
    for user in intake.undone { _ = try await store.liftAdvancesBar(of: user) }
    return intake.answers
  }
}

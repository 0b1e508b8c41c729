package import CanteenCore

/// An order as the gateway keeps it: what the till signed, and what became of it.
package struct OrderRecord: Sendable, Equatable {
  /// As it stands in the till's ledger.
  package let order: Order
  package let terminal: TerminalID
  /// The entry that booked it.
  package let sequence: Int64
  /// Who is asked for the money.
  package let platform: PlatformID
  package let toCollect: Fen
  /// nil only when neither the till nor an earlier version of the gateway knew it.
  package let day: SchoolDay?

  package var state: OrderState
  package var transactionID: String?
  package var reason: String?
  /// What the platform gave back.
  package var refunded: Fen
  /// Why staff want it undone, when they do.
  package var voidRequested: String?
  /// The platform may have taken the money already; it must be asked before anything is sent again.
  package var outcomeIsUnknown: Bool
  /// How often the order was sent.
  package var attempts: Int
  /// How often it was sent on the school's day of the last attempt.
  package var attemptsOfDay: AttemptsOfDay
  package var patience: Patience
  /// When somebody has to do something about it; nil when nothing is due.
  package var dueAt: Timestamp?
  package var concludedAt: Timestamp?
  /// How often the record was written; 0 for one that was not yet.
  package let version: Int64

  package var number: OutTradeNumber { order.outTradeNumber }

  /// A record that is not in the store yet.
  package init(
    order: Order, terminal: TerminalID, sequence: Int64, platform: PlatformID, state: OrderState,
    voidRequested: String?, outcomeIsUnknown: Bool, dueAt: Timestamp?
  ) {
    self.init(
      order: order, terminal: terminal, sequence: sequence, platform: platform, toCollect: order.toCollect,
      day: order.day, state: state, transactionID: nil, reason: nil, refunded: .zero,
      voidRequested: voidRequested, outcomeIsUnknown: outcomeIsUnknown, attempts: 0,
      attemptsOfDay: .none, patience: .fresh, dueAt: dueAt, concludedAt: nil, version: 0)
  }

  init(
    order: Order, terminal: TerminalID, sequence: Int64, platform: PlatformID, toCollect: Fen,
    day: SchoolDay?, state: OrderState, transactionID: String?, reason: String?, refunded: Fen,
    voidRequested: String?, outcomeIsUnknown: Bool, attempts: Int, attemptsOfDay: AttemptsOfDay,
    patience: Patience, dueAt: Timestamp?, concludedAt: Timestamp?, version: Int64
  ) {
    self.order = order
    self.terminal = terminal
    self.sequence = sequence
    self.platform = platform
    self.toCollect = toCollect
    self.day = day
    self.state = state
    self.transactionID = transactionID
    self.reason = reason
    self.refunded = refunded
    self.voidRequested = voidRequested
    self.outcomeIsUnknown = outcomeIsUnknown
    self.attempts = attempts
    self.attemptsOfDay = attemptsOfDay
    self.patience = patience
    self.dueAt = dueAt
    self.concludedAt = concludedAt
    self.version = version
  }
}

/// How often an order was sent on one day at the school.
package struct AttemptsOfDay: Sendable, Hashable {
  /// nil before the first attempt.
  package let day: SchoolDay?
  package let count: Int

  package static let none = AttemptsOfDay(day: nil, count: 0)

  package init(day: SchoolDay?, count: Int) {
    self.day = day
    self.count = count
  }

  package func count(on day: SchoolDay) -> Int { day == self.day ? count : 0 }

  /// One more on this day.
  package func adding(on day: SchoolDay) -> AttemptsOfDay {
    AttemptsOfDay(day: day, count: count(on: day) + 1)
  }
}

/// How long something has gone on without a decision.
package struct Patience: Sendable, Hashable {
  /// Answers in a row that decided nothing.
  package let failures: Int
  /// When the first of them came that left open whether money moved; nil when none did.
  package let firstUnclearAt: Timestamp?

  package static let fresh = Patience(failures: 0, firstUnclearAt: nil)

  package init(failures: Int, firstUnclearAt: Timestamp?) {
    self.failures = failures
    self.firstUnclearAt = firstUnclearAt
  }

  /// After one more answer that decided nothing.
  package func tried(at now: Timestamp, isUnclear: Bool) -> Patience {
    Patience(failures: failures + 1, firstUnclearAt: firstUnclearAt ?? (isUnclear ? now : nil))
  }
}

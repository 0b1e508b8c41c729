public enum OperatorSubject: Sendable {}

/// One member of the staff at the tills.
public typealias OperatorID = Identifier<OperatorSubject>

/// What an operator may do besides selling.
public enum OperatorRole: String, Sendable, Hashable, Codable, CaseIterable {
  /// Opens and closes shifts, voids, prints again.
  case cashier
  /// Also refunds and overrides rules.
  case supervisor

  public func may(_ action: StaffAction) -> Bool {
    switch action {
    case .openShift, .closeShift, .void, .reprint: true
    case .refund, .override: self == .supervisor
    }
  }
}

/// What staff do besides selling; each is done with a PIN and written into the ledger.
public enum StaffAction: String, Sendable, Hashable, Codable {
  case openShift = "open_shift"
  case closeShift = "close_shift"
  case void
  case refund
  case override
  case reprint
}

/// Slows down whoever guesses PINs: five wrong ones close the keypad for a time that doubles.
public struct PINGuard: Sendable, Equatable {
  private static let freeTries = 5
  private static let schedule = RetrySchedule(first: .seconds(30), longest: .seconds(3_600))

  private var failures = 0
  private var closedUntil: MonotonicInstant?

  public init() {}

  /// How long nobody may try; nil when they may.
  public func closed(at now: MonotonicInstant) -> Duration? {
    guard let closedUntil, now < closedUntil else { return nil }
    return now.duration(to: closedUntil)
  }

  public mutating func failed(at now: MonotonicInstant) {
    failures += 1
    guard failures >= Self.freeTries else { return }
    let wait = Self.schedule.delay(afterFailures: failures - Self.freeTries + 1, jitter: 1)
    closedUntil = now.advanced(by: wait)
  }

  public mutating func succeeded() {
    failures = 0
    closedUntil = nil
  }
}

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

/// Slows down whoever guesses PINs: five wrong ones in a row for one operator, or twenty in an hour for all together,
/// close that keypad for a time that doubles.
///
/// A try counts before the PIN is compared, so that many at once are no way around it, and a right PIN makes only its
/// own operator's wrong ones forgotten. Kept over restarts.
public struct PINGuard: Sendable, Equatable, Codable {
  private struct Count: Sendable, Equatable, Codable {
    var failures = 0
    var lastAt: Timestamp?
    var closedUntil: Timestamp?

    /// A clock that was ahead and is set right makes no wait longer.
    mutating func follow(_ now: Timestamp) {
      guard let last = lastAt, now < last else { return }
      closedUntil = closedUntil.map { now.advanced(by: min(last.duration(to: $0), PINGuard.longest)) }
      lastAt = now
    }
  }

  private static let triesOfOne = 5
  private static let triesOfAll = 20
  private static let longest: Duration = .seconds(3_600)
  private static let schedule = RetrySchedule(first: .seconds(30), longest: longest)
  /// Names that nobody has are counted, too; not endlessly many of them.
  private static let mostOperators = 200

  private var operators: [OperatorID: Count] = [:]
  private var all = Count()

  public init() {}

  /// Counts a try, to be taken back by ``succeeded(_:)``.
  ///
  /// - Returns: how long this operator may not try, and then nothing was counted; nil when the PIN may be compared.
  public mutating func `try`(_ id: OperatorID, at now: Timestamp) -> Duration? {
    all.follow(now)
    for known in operators.keys { operators[known]?.follow(now) }
    if let wait = [wait(of: operators[id] ?? Count(), at: now), wait(of: all, at: now)].compactMap(\.self)
      .max()
    {
      return wait
    }
    if let last = all.lastAt, last.duration(to: now) > Self.longest { all = Count() }
    if operators[id] == nil, operators.count >= Self.mostOperators {
      operators = operators.filter { $0.value.closedUntil.map { now < $0 } ?? false }
    }
    count(&operators[id, default: Count()], allowing: Self.triesOfOne, at: now)
    count(&all, allowing: Self.triesOfAll, at: now)
    return nil
  }

  /// The PIN of the last try was right.
  public mutating func succeeded(_ id: OperatorID) {
    operators[id] = nil
    all.failures = max(0, all.failures - 1)
    if all.failures < Self.triesOfAll { all.closedUntil = nil }
  }

  private func count(_ count: inout Count, allowing tries: Int, at now: Timestamp) {
    count.failures += 1
    count.lastAt = now
    guard count.failures >= tries else { return }
    let wait = Self.schedule.delay(afterFailures: count.failures - tries + 1, jitter: 1)
    count.closedUntil = now.advanced(by: wait)
  }

  private func wait(of count: Count, at now: Timestamp) -> Duration? {
    guard let until = count.closedUntil, now < until else { return nil }
    return now.duration(to: until)
  }
}

package import CanteenCore
package import GatewayProtocol

/// What the office asks for, and what reconciliation compares.
package protocol ReportStore: Sendable {
  /// The newest orders of all tills, or of one day.
  func orders(atMost count: Int, on day: SchoolDay?) async throws -> [GatewayOrder]

  /// The day's sums, till by till; together they are the school's.
  func dayReport(of day: SchoolDay) async throws -> [DayReportLine]

  /// The orders of a day with their refunds, by number.
  func book(of day: SchoolDay) async throws -> BookView

  /// Those of these numbers that belong to an order of any day.
  func knownNumbers(among numbers: Set<String>) async throws -> Set<String>

  /// Orders and refunds of any day that should long have been decided, or that only people can set right, by number. A
  /// delayed order waits for its window and is not among them.
  func stuckWork(at now: Timestamp) async throws -> [StuckWork]

  /// How many entries of each till were carried here too late and not taken up by it yet.
  func strayCounts() async throws -> [TerminalID: Int]

  /// What each till said about its ledger when it last renewed its lease.
  func ledgerHeads() async throws -> [TerminalID: LedgerHead]
}

extension ReportStore {
  package func orders(atMost count: Int) async throws -> [GatewayOrder] {
    try await orders(atMost: count, on: nil)
  }
}

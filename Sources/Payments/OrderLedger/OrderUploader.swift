public import CanteenCore
import Concurrency
public import GatewayProtocol

/// The way from a till's ledger to the gateway.
public protocol OrderTransport: Sendable {
  /// Sends entries and returns one answer for each. Throws when it is not known whether they arrived.
  func upload(_ entries: [LedgerEntry]) async throws -> OrderUploadAnswer
}

/// Empties the outbox: sends entries in order, batch by batch, and again until the gateway has them.
///
/// Selling goes on while it works; new entries join the end of the queue. An entry is done only when the
/// gateway has answered that it is stored. After a lost answer the same entries are sent again, and the
/// gateway gives the same answer.
public actor OrderUploader {
  public enum State: Sendable, Equatable {
    case idle
    case waiting(failures: Int, reason: String)
    /// The gateway will not take this entry; a person has to look.
    case refused(sequence: Int64, reason: String)
  }

  public private(set) var state = State.idle

  private let ledger: OrderLedger
  private let transport: any OrderTransport
  private let clock: any MonotonicClock
  private let schedule: RetrySchedule
  private let report: LoopReport
  private let appended = WakeSignal()

  public init(
    ledger: OrderLedger, transport: any OrderTransport, clock: any MonotonicClock,
    schedule: RetrySchedule = RetrySchedule(first: .milliseconds(500), longest: .seconds(60)),
    report: LoopReport = .unheard
  ) {
    self.ledger = ledger
    self.transport = transport
    self.clock = clock
    self.schedule = schedule
    self.report = report
  }

  /// There is something new in the ledger.
  public nonisolated func entryAppended() {
    appended.wake()
  }

  /// Works until cancelled.
  public func run() async {
    var failures = 0
    while !Task.isCancelled {
      do {
        while try await sendOneBatch() {
          failures = 0
          report.roundDone()
        }
        failures = 0
        state = .idle
        report.roundDone()
        await appended.wait()
      } catch let refusal as EntryRefused {
        failures += 1
        state = .refused(sequence: refusal.sequence, reason: refusal.reason)
        await rest(for: schedule.longest)
      } catch {
        failures += 1
        state = .waiting(failures: failures, reason: String(describing: error))
        await rest(for: schedule.delay(afterFailures: failures, jitter: .random(in: 0...1)))
      }
    }
  }

  private func rest(for pause: Duration) async {
    report.rests(until: clock.now.advanced(by: pause))
    try? await clock.sleep(for: pause)
  }

  /// Sends the oldest entries the gateway lacks.
  ///
  /// - Returns: false when there were none.
  /// - Throws: when the gateway did not store all of them; those it stored are done.
  public func sendOneBatch() async throws -> Bool {
    let entries = try await ledger.unsent(atMost: OrderUpload.mostEntries)
    guard let newest = entries.last else { return false }
    try await ledger.willUpload(through: newest.sequence)
    let answers = try await transport.upload(entries).answers
    let stored = zip(entries, answers).prefix { $0.sequence == $1.sequence && $1.outcome == .stored }
    if let last = stored.last?.0 { try await ledger.confirmUploaded(through: last.sequence) }
    if stored.count < entries.count {
      let answer = answers.dropFirst(stored.count).first
      throw EntryRefused(
        sequence: entries[stored.count].sequence,
        reason: answer?.reason ?? "the gateway gave no answer for it")
    }
    return true
  }
}

private struct EntryRefused: Error {
  let sequence: Int64
  let reason: String
}

public import CanteenCore
public import Concurrency
public import GatewayProtocol

/// The way from a till's ledger to the gateway.
public protocol OrderTransport: Sendable {
  /// Sends entries and returns one answer for each. Throws when it is not known whether they arrived.
  func upload(_ upload: OrderUpload) async throws -> OrderUploadAnswer

  /// ``HeldLedger``, signed.
  func held(_ question: HeldLedgerQuestion) async throws -> SignedText

  /// This till's own entries after a sequence, as the gateway holds them, oldest first; some of them at a time, and
  /// none when there are no more.
  func ownEntries(after sequence: Int64) async throws -> [LedgerEntry]

  /// This till's own entries in whose place the gateway holds others.
  func strayEntries(after place: Int64) async throws -> StrayEntries
}

/// Empties the outbox: sends entries in order, batch by batch, and again until the gateway has them.
///
/// Selling goes on while it works; new entries join the end of the queue. An entry is done only when the
/// gateway has signed that it holds it. After a lost answer the same entries are sent again, and the
/// gateway gives the same answer. Before the first batch, and whenever one is not taken, the gateway is asked
/// what it holds.
public actor OrderUploader {
  public enum State: Sendable, Equatable {
    case idle
    case waiting(failures: Int, reason: String)
    /// The gateway will not take this entry; a person has to look.
    case refused(sequence: Int64, reason: String)
  }

  public nonisolated let states = Broadcast(State.idle)

  private let ledger: OrderLedger
  private let prover: LedgerProver
  private let transport: any OrderTransport
  private let clock: any MonotonicClock
  private let schedule: RetrySchedule
  private let report: LoopReport
  private let appended = WakeSignal()

  public init(
    ledger: OrderLedger, prover: LedgerProver, transport: any OrderTransport, clock: any MonotonicClock,
    schedule: RetrySchedule = RetrySchedule(first: .milliseconds(500), longest: .seconds(60)),
    report: LoopReport = .unheard
  ) {
    self.ledger = ledger
    self.prover = prover
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
        states.send(.idle)
        report.roundDone()
        await appended.wait()
      } catch let refusal as EntryRefused {
        failures += 1
        states.send(.refused(sequence: refusal.sequence, reason: refusal.reason))
        await rest(for: schedule.longest)
      } catch {
        failures += 1
        states.send(.waiting(failures: failures, reason: String(describing: error)))
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
  /// - Returns: false when there were none, or none may leave before the ledger was recovered.
  /// - Throws: when the gateway did not store all of them; those it stored are done.
  public func sendOneBatch() async throws -> Bool {
    if prover.standing.latest == nil { try await prover.prove() }
    let known = try await ledger.comparison()
    guard known.standing == .continuous else { return false }
    let entries = try await ledger.unsent(atMost: OrderUpload.mostEntries)
    guard let newest = entries.last else { return false }
    try await ledger.willUpload(entries)
    let question = HeldLedgerQuestion(about: newest.sequence)
    let answer = try await transport.upload(
      OrderUpload(entries: entries, nonce: question.nonce, heldThrough: known.sent))
    let held = try prover.read(answer.held, answering: question)
    if try await ledger.holds(held.point) {
      if held.point.sequence >= entries[0].sequence {
        try await ledger.confirmUploaded(through: held.point.sequence)
      }
      if held.point.sequence == newest.sequence { return true }
    }
    return try await goOn(after: answer, to: entries, known: known)
  }

  /// The gateway did not take all of it. What it says it holds decides whether it lost something that can be sent
  /// again, or a person has to look.
  private func goOn(after answer: OrderUploadAnswer, to entries: [LedgerEntry], known: LedgerComparison)
    async throws -> Bool
  {
    guard try await prover.prove().standing == .continuous else { return false }
    if try await ledger.comparison().confirmed < known.confirmed { return true }
    let refusal = answer.answers.first { $0.outcome == .refused }
    throw EntryRefused(
      sequence: refusal?.sequence ?? entries[0].sequence,
      reason: refusal?.reason ?? "the gateway does not say why")
  }
}

private struct EntryRefused: Error {
  let sequence: Int64
  let reason: String
}

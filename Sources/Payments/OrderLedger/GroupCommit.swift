import GatewayProtocol
import GRDB

/// Writes to the ledger one transaction after the other. Everybody who waits goes into the next transaction,
/// so that the disk is waited for once for all of them.
///
/// The first writer leads: it commits for itself and for those who came meanwhile. Then the next one in line
/// leads.
actor GroupCommit {
  /// What a writer wants to be done, judged by the ledger as it is when its turn comes.
  enum Decision: Sendable {
    case append(LedgerDraft)
    /// What was asked for is there already; the entry that says so, where there is one.
    case settled(LedgerEntry?)
  }

  /// Reads and decides, and changes nothing. So a refusal needs no undoing and does not affect the others.
  typealias Decide = @Sendable (Database) throws -> Decision
  typealias Append = @Sendable (LedgerDraft, Database) throws -> LedgerEntry

  private enum Role: Sendable {
    case lead
    case done(Result<LedgerEntry?, any Error>)
  }

  private struct Waiter {
    let decide: Decide
    let role: CheckedContinuation<Role, Never>
  }

  private let database: DatabasePool
  private var waiting: [Waiter] = []
  private var isBusy = false

  init(database: DatabasePool) {
    self.database = database
  }

  /// Returns once the entry is on disk. Throws the ``LedgerError`` that `decide` threw, which affects nobody
  /// else, or the error of the transaction, which undoes the writes of everybody in it.
  func perform(_ decide: @escaping Decide, append: @escaping Append) async throws -> LedgerEntry? {
    if isBusy {
      switch await withCheckedContinuation({ waiting.append(Waiter(decide: decide, role: $0)) }) {
      case .lead: break
      case .done(let result): return try result.get()
      }
    }
    isBusy = true
    let followers = waiting
    waiting = []
    let results = await commit([decide] + followers.map(\.decide), append: append)
    for (follower, result) in zip(followers, results.dropFirst()) {
      follower.role.resume(returning: .done(result))
    }
    if waiting.isEmpty {
      isBusy = false
    } else {
      waiting.removeFirst().role.resume(returning: .lead)
    }
    return try results[0].get()
  }

  private func commit(_ decisions: [Decide], append: @escaping Append) async
    -> [Result<LedgerEntry?, any Error>]
  {
    do {
      return try await database.write { db in
        try decisions.map { decide in
          let decision: Decision
          do {
            decision = try decide(db)
          } catch let refusal as LedgerError {
            return .failure(refusal)
          }
          switch decision {
          case .append(let draft): return .success(try append(draft, db))
          case .settled(let entry): return .success(entry)
          }
        }
      }
    } catch {
      return decisions.map { _ in .failure(error) }
    }
  }
}

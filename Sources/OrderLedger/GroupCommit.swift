import GRDB
import GatewayProtocol

/// Writes to the ledger one transaction after the other, taking everybody who waits into the next one: the
/// disk is waited for once for all of them.
///
/// The first to come leads: it commits for itself and for whoever came meanwhile, then the next one leads.
actor GroupCommit {
  typealias Write = @Sendable (Database) throws -> LedgerEntry?

  private enum Role: Sendable {
    case lead
    case done(Result<LedgerEntry?, any Error>)
  }

  private struct Waiter {
    let write: Write
    let role: CheckedContinuation<Role, Never>
  }

  private let database: DatabasePool
  private var waiting: [Waiter] = []
  private var isBusy = false

  init(database: DatabasePool) {
    self.database = database
  }

  /// Returns once `write` is on disk. Throws what `write` threw, which undoes only its own changes, or what
  /// the commit failed with, which undoes everybody's.
  func perform(_ write: @escaping Write) async throws -> LedgerEntry? {
    if isBusy {
      switch await withCheckedContinuation({ waiting.append(Waiter(write: write, role: $0)) }) {
      case .lead: break
      case .done(let result): return try result.get()
      }
    }
    isBusy = true
    let followers = waiting
    waiting = []
    let results = await commit([write] + followers.map(\.write))
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

  private func commit(_ writes: [Write]) async -> [Result<LedgerEntry?, any Error>] {
    do {
      return try await database.write { db in
        guard writes.count > 1 else { return [.success(try writes[0](db))] }
        var results: [Result<LedgerEntry?, any Error>] = []
        for write in writes {
          do {
            var entry: LedgerEntry?
            try db.inSavepoint {
              entry = try write(db)
              return .commit
            }
            results.append(.success(entry))
          } catch let error as LedgerError {
            results.append(.failure(error))
          }
        }
        return results
      }
    } catch {
      return writes.map { _ in .failure(error) }
    }
  }
}

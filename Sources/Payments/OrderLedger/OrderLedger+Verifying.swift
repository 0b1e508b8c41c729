import GatewayProtocol
import GRDB

extension OrderLedger {
  /// How many entries are read at once. Others may write between two portions.
  private static let portion: Int64 = 500

  /// Reads every entry again and checks that the sequence has no gap, the chain is unbroken and each
  /// signature is the till's own. Then compares the counts and sums of the till's tables.
  ///
  /// - Parameter progress: called after each portion with the sequence that was reached.
  /// - Returns: the number of entries.
  @discardableResult
  public func verify(progress: @Sendable (Int64) -> Void = { _ in }) async throws(LedgerError) -> Int64 {
    try await storing {
      var chain = EntryChain(onDiskAfter: nil, keys: keys)
      while !Task.isCancelled, let reached = try await extend(chain) {
        chain = reached
        progress(chain.sequence)
      }
      try await compareViews()
      return chain.sequence
    }
  }

  /// - Returns: the chain with the next portion; nil when there is none.
  private func extend(_ chain: EntryChain) async throws -> EntryChain? {
    try await database.read { [self] db in
      var chain = chain
      let rows = try Row.fetchCursor(
        db.cachedStatement(sql: "SELECT * FROM entry WHERE sequence > ? ORDER BY sequence LIMIT ?"),
        arguments: [chain.sequence, Self.portion])
      var isEmpty = true
      while let row = try rows.next() {
        try chain.add(entry(from: row), storedHash: row.decode(forColumn: "hash"))
        isEmpty = false
      }
      return isEmpty ? nil : chain
    }
  }

  /// The running sums must agree with the orders, and there must be as many orders as entries that booked
  /// one.
  private func compareViews() async throws {
    try await database.read { db in
      let differs = try Bool.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT (SELECT coalesce(sum(orders), 0) FROM tally) <> (SELECT count(*) FROM booked_order)
              OR (SELECT coalesce(sum(amount_fen), 0) FROM tally)
                <> (SELECT coalesce(sum(amount_fen), 0) FROM booked_order)
              OR (SELECT count(*) FROM booked_order)
                <> (SELECT count(*) FROM entry WHERE payload LIKE '{"orderAccepted"%')
                  + (SELECT count(*) FROM brought_back WHERE books_order)
            """))
      if differs == true { throw LedgerError.viewsDiffer }
    }
  }

  /// Makes the till's tables again from the signed entries, when ``verify(progress:)`` found that they
  /// differ.
  public func rebuildViews() async throws(LedgerError) {
    try await storing { try await database.write { try LedgerViews.rebuild(in: $0) } }
  }
}

import CanteenCore
import Foundation
public import GatewayProtocol
import GRDB

/// What became of a ledger that took up the gateway's entries again.
public struct LedgerRecovery: Sendable, Equatable {
  /// The sequence of the last entry now.
  public let end: Int64
  /// Entries that the gateway held and this ledger lacked.
  public let fetched: Int
  /// Entries of this ledger that the gateway never had, each kept as it was signed.
  public let setAside: Int
  /// Those of them that said something by themselves; the ledger says it again at its end.
  public let broughtBack: Int
}

extension OrderLedger {
  /// Keeps entries that the gateway holds, in order, until ``adoptFetched(after:)``. They must continue the entry
  /// `common` of this ledger and carry the till's own signature.
  ///
  /// - Parameter isFirst: forgets what an earlier try fetched.
  public func keepFetched(_ entries: [LedgerEntry], after common: Int64, isFirst: Bool)
    async throws(LedgerError)
  {
    try await storing {
      try await database.write { [self] db in
        if isFirst { try db.execute(sql: "DELETE FROM fetched_entry") }
        var chain = try chainOfFetched(after: common, in: db)
        for entry in entries {
          try chain.add(entry)
          try insert(entry, hash: entry.hash, into: "fetched_entry", in: db)
        }
      }
    }
  }

  /// Makes what was fetched this ledger's own. The entries that it had in their place are set aside, as they were
  /// signed, and what they say is said again at its end. All of it happens or nothing.
  ///
  /// A ledger that is continuous stays as it is: what it has not sent yet may be on its way.
  ///
  /// - Parameter common: the last entry that both hold.
  public func adoptFetched(after common: Int64) async throws(LedgerError) -> LedgerRecovery {
    let recovery = try await storing {
      try await database.write { [self] db in
        guard try standing(in: db) != .continuous else {
          try db.execute(sql: "DELETE FROM fetched_entry")
          return LedgerRecovery(end: try Self.end(in: db).sequence, fetched: 0, setAside: 0, broughtBack: 0)
        }
        let end = try chainOfFetched(after: common, in: db).sequence
        let fetched = try Int.fetchOne(db, sql: "SELECT count(*) FROM fetched_entry") ?? 0
        let setAside = try setAside(after: common, in: db)
        try db.execute(
          sql: "INSERT INTO entry SELECT * FROM fetched_entry ORDER BY sequence; DELETE FROM fetched_entry")
        // What became of orders that are new here was told before they were: it is heard again.
        try db.execute(
          sql: """
            UPDATE progress SET standing = 'continuous', limited_after = NULL, uploaded_through = ?1,
              queued_through = ?1, results_cursor = 0
            """, arguments: [end])
        try LedgerViews.rebuild(in: db)
        let broughtBack = try bringBack(in: db)
        return LedgerRecovery(
          end: try Self.end(in: db).sequence, fetched: fetched, setAside: setAside, broughtBack: broughtBack)
      }
    }
    try await endStandsAsItIs()
    return recovery
  }

  /// Sets aside entries of this till that stand in no chain, and says again at the end what they say; each once.
  ///
  /// - Returns: how many were said again.
  public func takeUp(strays entries: [LedgerEntry]) async throws(LedgerError) -> Int {
    let count = try await storing {
      try await database.write { [self] db in
        let standing = try standing(in: db)
        guard entries.isEmpty || standing == .continuous else { throw LedgerError.limited(standing) }
        for entry in entries {
          guard entry.terminal == terminal, keys.haveSigned(entry) else {
            throw LedgerError.damaged(sequence: entry.sequence, reason: "the signature is wrong")
          }
          let isOwn = try Self.point(entry.sequence, in: db)?.hash == entry.hash
          if !isOwn { try setAside(entry, in: db) }
        }
        let count = try bringBack(in: db)
        // What the gateway said about them was said before they were here.
        if count > 0 { try db.execute(sql: "UPDATE progress SET results_cursor = 0") }
        return count
      }
    }
    noteEnd()
    return count
  }

  private func setAside(_ entry: LedgerEntry, in db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO set_aside_entry (sequence, previous_hash, recorded_at, payload, signature, hash)
        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """
    ).execute(arguments: [
      entry.sequence, entry.previousHash, entry.recordedAt.millisecondsSince1970, entry.payload,
      entry.signature, entry.hash,
    ])
  }

  private func chainOfFetched(after common: Int64, in db: Database) throws -> EntryChain {
    let last = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM fetched_entry ORDER BY sequence DESC LIMIT 1")
    ).map(entry)
    if let last { return EntryChain(continuing: last, keys: keys) }
    guard common > 0 else { return EntryChain(keys: keys) }
    guard let entry = try entries(in: db, where: "sequence = ?", [common]).first else {
      throw LedgerError.damaged(sequence: common, reason: "the entry is missing")
    }
    return EntryChain(continuing: entry, keys: keys)
  }

  private func setAside(after common: Int64, in db: Database) throws -> Int {
    // What is made from the entries refers to them.
    try db.execute(sql: LedgerViews.drop)
    try db.execute(
      sql: """
        INSERT INTO set_aside_entry (sequence, previous_hash, recorded_at, payload, signature, hash)
          SELECT sequence, previous_hash, recorded_at, payload, signature, hash FROM entry
          WHERE sequence > ? ORDER BY sequence
        ON CONFLICT DO NOTHING
        """, arguments: [common])
    try db.execute(sql: "DELETE FROM entry WHERE sequence > ?", arguments: [common])
    return db.changesCount
  }

  /// Says again, in their order, what entries said that were set aside; each once, however often a disk is put
  /// back.
  private func bringBack(in db: Database) throws -> Int {
    let kept = try Row.fetchAll(db, sql: "SELECT * FROM set_aside_entry WHERE NOT is_done ORDER BY place")
    var count = 0
    for row in kept {
      var entry = try entry(from: row)
      if case .broughtBack(let earlier) = try entry.decodedPayload() { entry = earlier }
      guard let payload = entry.broughtBackPayload, !payload.isToldByGateway else { continue }
      let isSaid =
        try Bool.fetchOne(
          db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM brought_back WHERE hash = ?)"),
          arguments: [entry.hash]) ?? false
      if isSaid { continue }
      try append(LedgerDraft(.broughtBack(entry)), in: db)
      count += 1
    }
    try db.execute(sql: "UPDATE set_aside_entry SET is_done = TRUE WHERE NOT is_done")
    return count
  }
}

public import CanteenCore
public import Crypto
import Foundation
public import GatewayProtocol
import GRDB

/// A till's own record of what it sold: append-only, hash-chained, signed, and on disk before anyone is told.
///
/// Every write is one SQLite transaction with `synchronous=FULL` on a write-ahead log, so an order that
/// ``accept(_:)`` returned for survives a power cut (I1).
public final class OrderLedger: Sendable {
  let terminal: TerminalID
  let database: DatabasePool
  private let key: P256.Signing.PrivateKey
  private let wallClock: any WallClock

  /// Opens or creates the ledger and checks that its end is whole and this till's own.
  ///
  /// - Parameter path: the SQLite file; its folder must exist.
  public init(
    path: String, terminal: TerminalID, key: P256.Signing.PrivateKey, wallClock: any WallClock
  ) throws(LedgerError) {
    self.terminal = terminal
    self.key = key
    self.wallClock = wallClock
    database = try storing {
      let database = try DatabasePool(path: path)
      try LedgerSchema.migrator.migrate(database)
      // GRDB sets NORMAL when it turns on WAL, after any prepareDatabase: FULL must be set afterwards.
      try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      return database
    }
    try refuseUnlessDurable()
    try checkTheEnd()
  }

  /// The key that every entry can be checked with.
  public var publicKey: P256.Signing.PublicKey { key.publicKey }

  /// Books an order. When this returns, the order is on disk and will be uploaded.
  ///
  /// Booking the same order again returns the entry it already has.
  public func accept(_ order: Order) async throws(LedgerError) -> LedgerEntry {
    try await storing {
      try await database.write { [self] db in
        if let booked = try entry(booking: order.outTradeNumber, in: db) {
          guard case .orderAccepted(let earlier) = try booked.decodedPayload(), earlier.isSameSale(as: order)
          else { throw LedgerError.numberReused(order.outTradeNumber) }
          return booked
        }
        let entry = try append(.orderAccepted(order), in: db)
        try db.execute(
          sql: """
            INSERT INTO booked_order (out_trade_no, sequence, amount_fen, display_name, accepted_at, state)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            order.outTradeNumber.text, entry.sequence, order.amount.count, order.user?.displayName,
            order.acceptedAt.millisecondsSince1970, OrderState.accepted.rawValue,
          ])
        return entry
      }
    }
  }

  /// Records what became of orders, and up to where the gateway's news was read.
  ///
  /// News of an order in a state that cannot follow from the one it has, or of an order this till never
  /// booked, changes nothing.
  public func record(_ news: OrderResults) async throws(LedgerError) {
    try await storing {
      try await database.write { [self] db in
        for result in news.results {
          let known = try String.fetchOne(
            db, sql: "SELECT state FROM booked_order WHERE out_trade_no = ?",
            arguments: [result.outTradeNumber.text])
          guard let state = known.flatMap(OrderState.init), state.mayBeFollowed(by: result.state) else {
            continue
          }
          _ = try append(.orderResult(result), in: db)
          try db.execute(
            sql: "UPDATE booked_order SET state = ?, transaction_id = ?, reason = ? WHERE out_trade_no = ?",
            arguments: [
              result.state.rawValue, result.transactionID, result.reason, result.outTradeNumber.text,
            ])
        }
        try db.execute(sql: "UPDATE progress SET results_cursor = ?", arguments: [news.cursor])
      }
    }
  }

  private func append(_ payload: LedgerPayload, in db: Database) throws -> LedgerEntry {
    let last = try lastEntry(in: db)
    let entry = try LedgerEntry(
      terminal: terminal, sequence: (last?.sequence ?? 0) + 1,
      previousHash: last?.hash ?? LedgerEntry.firstPreviousHash, recordedAt: wallClock.now(),
      payload: CanonicalJSON.text(payload), key: key)
    try db.execute(
      sql: """
        INSERT INTO entry (sequence, previous_hash, recorded_at, payload, signature, hash)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        entry.sequence, entry.previousHash, entry.recordedAt.millisecondsSince1970, entry.payload,
        entry.signature, entry.hash,
      ])
    return entry
  }

  private func refuseUnlessDurable() throws(LedgerError) {
    let level = try storing {
      try database.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
    }
    guard level == 2 else { throw .notDurable(synchronous: level) }
  }

  private func checkTheEnd() throws(LedgerError) {
    let last = try storing { try database.read { try lastEntry(in: $0) } }
    guard let last else { return }
    guard (try? last.verify(by: key.publicKey)) != nil else { throw .foreign(terminal) }
  }
}

extension OrderState {
  /// News may skip the step that the till never saw: an order can be paid before the till knows it was uploaded.
  fileprivate func mayBeFollowed(by next: OrderState) -> Bool {
    canBecome(next) || (self == .accepted && OrderState.uploaded.canBecome(next))
  }
}

extension Order {
  /// True when both would charge the same person the same amount under the same number.
  fileprivate func isSameSale(as other: Order) -> Bool {
    outTradeNumber == other.outTradeNumber && amount == other.amount
      && user?.outUserID == other.user?.outUserID
  }
}

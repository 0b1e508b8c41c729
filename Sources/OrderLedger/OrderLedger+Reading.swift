public import CanteenCore
import Foundation
public import GatewayProtocol
import GRDB

extension OrderLedger {
  /// The next entries the gateway does not have, oldest first.
  public func unsent(atMost count: Int) async throws(LedgerError) -> [LedgerEntry] {
    try await storing {
      try await database.read { [self] db in
        try entries(
          in: db,
          where: "sequence > (SELECT uploaded_through FROM progress) ORDER BY sequence LIMIT ?", [count])
      }
    }
  }

  /// The gateway has everything up to this sequence.
  public func confirmUploaded(through sequence: Int64) async throws(LedgerError) {
    try await storing {
      try await database.write { db in
        try db.execute(
          sql: "UPDATE progress SET uploaded_through = max(uploaded_through, ?)", arguments: [sequence])
        try db.execute(
          sql: "UPDATE booked_order SET state = ? WHERE state = ? AND sequence <= ?",
          arguments: [OrderState.uploaded.rawValue, OrderState.accepted.rawValue, sequence])
      }
    }
  }

  /// Where the till's reading of the gateway's news stands.
  public func resultsCursor() async throws(LedgerError) -> Int64 {
    try await storing {
      try await database.read { try Int64.fetchOne($0, sql: "SELECT results_cursor FROM progress") ?? 0 }
    }
  }

  /// The newest orders first.
  public func recentOrders(atMost count: Int) async throws(LedgerError) -> [BookedOrder] {
    try await storing {
      try await database.read { db in
        try Row.fetchAll(
          db, sql: "SELECT * FROM booked_order ORDER BY sequence DESC LIMIT ?", arguments: [count]
        ).map(BookedOrder.init)
      }
    }
  }

  /// Counts and sums over the whole ledger.
  public func totals() async throws(LedgerError) -> LedgerTotals {
    try await storing {
      try await database.read { db in
        let rows = try Row.fetchAll(
          db, sql: "SELECT state, count(*) AS orders, sum(amount_fen) AS fen FROM booked_order GROUP BY state"
        )
        let oldest = try Int64.fetchOne(
          db, sql: "SELECT min(accepted_at) FROM booked_order WHERE state = ?",
          arguments: [OrderState.accepted.rawValue])
        return LedgerTotals(
          byState: Dictionary(
            uniqueKeysWithValues: rows.compactMap { row in
              OrderState(rawValue: row["state"]).map { state in
                (state, LedgerTotals.Sum(orders: row["orders"], amount: Fen(row["fen"])))
              }
            }),
          oldestUnsent: oldest.map(Timestamp.init(millisecondsSince1970:)))
      }
    }
  }

  /// Reads every entry again: sequence without a gap, chain unbroken, each signature the till's own.
  ///
  /// - Returns: the number of entries.
  public func verify() async throws(LedgerError) -> Int64 {
    let publicKey = publicKey
    return try await storing {
      try await database.read { [self] db in
        var previousHash = LedgerEntry.firstPreviousHash
        var count: Int64 = 0
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM entry ORDER BY sequence")
        while let row = try rows.next() {
          let entry = entry(from: row)
          count += 1
          guard entry.sequence == count else {
            throw LedgerError.damaged(sequence: count, reason: "the entry is missing")
          }
          guard entry.previousHash == previousHash, entry.hash == row["hash"] as Data else {
            throw LedgerError.damaged(sequence: count, reason: "the chain is broken")
          }
          guard (try? entry.verify(by: publicKey)) != nil else {
            throw LedgerError.damaged(sequence: count, reason: "the signature is wrong")
          }
          previousHash = entry.hash
        }
        return count
      }
    }
  }

  func lastEntry(in db: Database) throws -> LedgerEntry? {
    try entries(in: db, where: "TRUE ORDER BY sequence DESC LIMIT 1").first
  }

  func entry(booking number: OutTradeNumber, in db: Database) throws -> LedgerEntry? {
    try entries(
      in: db, where: "sequence = (SELECT sequence FROM booked_order WHERE out_trade_no = ?)", [number.text]
    ).first
  }

  private func entries(
    in db: Database, where condition: String, _ arguments: StatementArguments = StatementArguments()
  ) throws -> [LedgerEntry] {
    try Row.fetchAll(db, sql: "SELECT * FROM entry WHERE \(condition)", arguments: arguments).map(entry)
  }

  private func entry(from row: Row) -> LedgerEntry {
    LedgerEntry(
      terminal: terminal, sequence: row["sequence"], previousHash: row["previous_hash"],
      recordedAt: Timestamp(millisecondsSince1970: row["recorded_at"]), payload: row["payload"],
      signature: row["signature"])
  }
}

/// One order as the till's list shows it.
public struct BookedOrder: Sendable, Hashable, Codable {
  public let outTradeNumber: String
  public let amount: Fen
  public let displayName: String?
  public let acceptedAt: Timestamp
  public let state: OrderState
  public let transactionID: String?
  public let reason: String?

  private enum CodingKeys: String, CodingKey {
    case outTradeNumber = "out_trade_no"
    case amount = "amount_fen"
    case displayName = "display_name"
    case acceptedAt = "accepted_at"
    case state
    case transactionID = "transaction_id"
    case reason
  }

  fileprivate init(row: Row) {
    outTradeNumber = row["out_trade_no"]
    amount = Fen(row["amount_fen"])
    displayName = row["display_name"]
    acceptedAt = Timestamp(millisecondsSince1970: row["accepted_at"])
    // A state of a newer version reads as failed rather than as paid.
    state = OrderState(rawValue: row["state"]) ?? .failed
    transactionID = row["transaction_id"]
    reason = row["reason"]
  }
}

/// What the ledger adds up to.
public struct LedgerTotals: Sendable, Equatable {
  public struct Sum: Sendable, Equatable {
    public let orders: Int
    public let amount: Fen
  }

  public let byState: [OrderState: Sum]
  /// When the oldest order was accepted that the gateway does not have yet.
  public let oldestUnsent: Timestamp?

  public func orders(in states: OrderState...) -> Int {
    states.reduce(0) { $0 + (byState[$1]?.orders ?? 0) }
  }

  public func amount(in states: OrderState...) -> Fen {
    states.reduce(.zero) { $0 + (byState[$1]?.amount ?? .zero) }
  }

  public var allOrders: Int { byState.values.reduce(0) { $0 + $1.orders } }
}

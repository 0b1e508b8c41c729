public import CanteenCore
import Foundation
public import GatewayProtocol
import GRDB

extension OrderLedger {
  /// The next entries the gateway does not have, oldest first; as many as one upload holds.
  public func unsent(atMost count: Int) async throws(LedgerError) -> [LedgerEntry] {
    let next = try await storing {
      try await database.read { [self] db in
        try entries(
          in: db,
          where: "sequence > (SELECT uploaded_through FROM progress) ORDER BY sequence LIMIT ?", [count])
      }
    }
    var bytes = 0
    return Array(
      next.prefix { entry in
        defer { bytes += entry.payload.utf8.count }
        return bytes < OrderUpload.usualBytes
      })
  }

  /// Written before a batch leaves: from now on the gateway may have it.
  public func willUpload(_ entries: [LedgerEntry]) async throws(LedgerError) {
    guard let sequence = entries.last?.sequence else { return }
    let lastOfMoney = entries.last { (try? $0.decodedPayload().movesMoney) ?? true }?.sequence ?? 0
    try await storing {
      try await database.write { db in
        try db.cachedStatement(
          sql: """
            UPDATE booked_order SET state = 'queued' WHERE state = 'accepted'
              AND sequence > (SELECT uploaded_through FROM progress) AND sequence <= ?
            """
        ).execute(arguments: [sequence])
        // Where no money waits in this batch, or it was sent before, there is nothing to write and no disk to wait for.
        try db.cachedStatement(sql: "UPDATE progress SET queued_through = ?1 WHERE queued_through < ?1")
          .execute(arguments: [lastOfMoney])
      }
    }
  }

  /// The gateway has everything up to this sequence.
  public func confirmUploaded(through sequence: Int64) async throws(LedgerError) {
    try await storing {
      try await database.write { try Self.markUploaded(through: sequence, in: $0) }
    }
  }

  static func markUploaded(through sequence: Int64, in db: Database) throws {
    // Orders first: all that are not uploaded are above the old mark.
    try db.cachedStatement(
      sql: """
        UPDATE booked_order SET state = 'uploaded' WHERE state IN ('accepted', 'queued')
          AND sequence > (SELECT uploaded_through FROM progress) AND sequence <= ?
        """
    ).execute(arguments: [sequence])
    try db.cachedStatement(sql: "UPDATE progress SET uploaded_through = ?1 WHERE uploaded_through < ?1")
      .execute(arguments: [sequence])
  }

  /// Where the ledger ends and what the gateway lacks of it.
  public func head() async throws(LedgerError) -> LedgerHead {
    try await storing {
      try await database.read { db in
        let last = try Row.fetchOne(
          db.cachedStatement(sql: "SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1"))
        let unsent = try Self.unsentSum(in: db)
        return LedgerHead(
          sequence: last?["sequence"] ?? 0, hash: last?["hash"] ?? LedgerEntry.firstPreviousHash,
          unsentOrders: unsent.orders, unsentAmount: unsent.amount)
      }
    }
  }

  /// Orders the gateway does not have, their sum to collect, and when the oldest was accepted.
  public func unsentSum() async throws(LedgerError) -> UnsentSum {
    try await storing { try await database.read { try Self.unsentSum(in: $0) } }
  }

  private static func unsentSum(in db: Database) throws -> UnsentSum {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT coalesce(sum(orders), 0) AS orders, coalesce(sum(to_collect_fen), 0) AS fen FROM tally
          WHERE state IN ('accepted', 'queued')
          """))
    let oldest = try Int64.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT accepted_at FROM booked_order WHERE state IN ('accepted', 'queued')
            AND sequence > (SELECT uploaded_through FROM progress) ORDER BY sequence LIMIT 1
          """))
    return UnsentSum(
      orders: row?["orders"] ?? 0, amount: Fen(row?["fen"] ?? 0),
      oldest: oldest.map(Timestamp.init(millisecondsSince1970:)))
  }

  /// How far the till has read the gateway's events.
  public func eventPlace() async throws(LedgerError) -> StorePlace {
    try await storing { try await database.read { try Self.eventPlace(in: $0) } }
  }

  private static func eventPlace(in db: Database) throws -> StorePlace {
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT results_cursor, results_epoch FROM progress"))
    return StorePlace(
      epoch: try (row?["results_epoch"] as String?).map { try StoreEpoch($0) },
      cursor: row?["results_cursor"] ?? 0)
  }

  /// Records events of the gateway, and how far they were read. An event may come again.
  ///
  /// An event changes nothing when its state cannot follow from the one the order has, or when this till
  /// never booked the order.
  ///
  /// - Parameter place: from where the gateway was asked. When the ledger is elsewhere by now, as after a recovery,
  ///   or the events do not continue it, nothing is recorded.
  /// - Returns: what changed for selling.
  @discardableResult
  public func record(_ events: TerminalEvents, from place: StorePlace) async throws(LedgerError)
    -> TerminalEventEffects
  {
    let effects = try await storing {
      try await database.write { [self] db in
        let standing = try standing(in: db)
        guard standing == .continuous else { throw LedgerError.limited(standing) }
        var effects = TerminalEventEffects()
        guard try Self.eventPlace(in: db) == place, events.continues(place) else { return effects }
        for item in events.items { try record(item, in: db, &effects) }
        try db.cachedStatement(sql: "UPDATE progress SET results_cursor = ?, results_epoch = ?")
          .execute(arguments: [events.cursor, events.epoch?.text])
        return effects
      }
    }
    noteEnd()
    return effects
  }

  private func record(_ item: TerminalEvent, in db: Database, _ effects: inout TerminalEventEffects) throws {
    switch item {
    case .orderResult(let result):
      guard let known = try knownState(of: result.outTradeNumber, in: db), known.canBecome(result.state)
      else { return }
      try append(LedgerDraft(.orderResult(result.bounded)), in: db)
      try noteTakenBack(result.outTradeNumber, from: known, in: db, &effects)
    case .refundResult(let result):
      let number = result.refund.outTradeNumber
      guard let known = try knownState(of: number, in: db),
        try refund(result.refund.outRefundNumber, in: db)?.state.canBecome(result.state) ?? true
      else { return }
      try append(LedgerDraft(.refundResult(result.bounded)), in: db)
      try noteTakenBack(number, from: known, in: db, &effects)
    case .userStanding(let standing):
      guard try bar(of: standing.user, in: db) != standing.bar else { return }
      try append(LedgerDraft(.userStanding(standing)), in: db)
      effects.standings.append(standing)
    case .leaseChanged:
      effects.leaseChanged = true
    case .spentElsewhere(let spent):
      try db.cachedStatement(
        sql: """
          INSERT INTO spent_elsewhere VALUES (?, ?, ?)
          ON CONFLICT DO UPDATE SET entry = excluded.entry
          """
      ).execute(arguments: [spent.day.description, spent.user.text, CanonicalJSON.text(spent.entry)])
      effects.elsewhere.append(spent)
    }
  }
}

extension OrderLedger {
  /// nil for an order that this till never booked. A ledger that cannot be read says nothing: the event comes again.
  private func knownState(of number: OutTradeNumber, in db: Database) throws -> OrderState? {
    do {
      return try state(of: number, in: db)
    } catch LedgerError.unknownOrder {
      return nil
    }
  }

  /// A sale that no longer stands no longer counts for its user's day.
  private func noteTakenBack(
    _ number: OutTradeNumber, from before: OrderState, in db: Database, _ effects: inout TerminalEventEffects
  ) throws {
    guard before.stands, try !state(of: number, in: db).stands, let sale = try sale(number, in: db) else {
      return
    }
    effects.takenBack.append(sale)
  }
}

/// What the gateway does not have yet.
public struct UnsentSum: Sendable, Equatable {
  public let orders: Int
  public let amount: Fen
  public let oldest: Timestamp?

  public static let none = UnsentSum(orders: 0, amount: .zero, oldest: nil)
}

/// What events of the gateway changed for selling.
public struct TerminalEventEffects: Sendable, Equatable {
  /// Sales that do not stand after all.
  public var takenBack: [DayBook.Sale] = []
  public var standings: [UserStanding] = []
  public var elsewhere: [SpentElsewhere] = []
  public var leaseChanged = false

  public init() {}
}

package import CanteenCore
import GRDB
package import GatewayProtocol

/// Events for tills, and how far each till was told.
extension SQLiteGatewayStore {
  package func storedEvents(for terminal: TerminalID, after cursor: Int64, atMost count: Int) async throws
    -> [StoredEvent]
  {
    try await database.read { db in
      try Row.fetchAll(
        db.cachedStatement(
          sql: "SELECT * FROM terminal_event WHERE terminal_id = ? AND cursor > ? ORDER BY cursor LIMIT ?"),
        arguments: [terminal.text, cursor, count]
      ).map { row in
        StoredEvent(cursor: row["cursor"], content: try Self.content(of: row, in: db))
      }
    }
  }

  package func telling(_ stream: CursorStream, to terminal: TerminalID) async throws -> Telling? {
    try await database.read { db in
      guard try Self.isPaired(terminal, in: db) else { return nil }
      let told = try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT cursor FROM told WHERE terminal_id = ? AND stream = ?"),
        arguments: [terminal.text, stream.rawValue])
      return Telling(
        epoch: try Self.epoch(in: db), told: told ?? 0, last: try Self.lastCursor(of: stream, in: db))
    }
  }

  package func note(
    told cursor: Int64, of stream: CursorStream, to terminal: TerminalID, in epoch: StoreEpoch
  ) async throws -> Bool {
    try await database.write { db in
      guard try Self.epoch(in: db) == epoch else { return false }
      try db.cachedStatement(
        sql: """
          INSERT INTO told (terminal_id, stream, cursor) VALUES (?, ?, ?)
          ON CONFLICT DO UPDATE SET cursor = max(cursor, excluded.cursor)
          """
      ).execute(arguments: [terminal.text, stream.rawValue, cursor])
      return true
    }
  }

  package func replaceEpoch(_ old: StoreEpoch, by new: StoreEpoch) async throws -> Bool {
    try await database.write { db in
      try db.cachedStatement(sql: "UPDATE epoch SET epoch = ? WHERE epoch = ?")
        .execute(arguments: [new.text, old.text])
      guard db.changesCount == 1 else { return false }
      try db.execute(sql: "DELETE FROM told")
      return true
    }
  }

  /// Writes events after all that were written before. Must be the last thing a transaction does.
  static func write(_ events: [AddressedEvent], in db: Database) throws {
    guard !events.isEmpty else { return }
    let tills = try String.fetchAll(
      db.cachedStatement(sql: "SELECT terminal_id FROM terminal ORDER BY terminal_id"))
    let letters = events.flatMap { event in
      let addressees =
        switch event.addressee {
        case .till(let till): [till.text]
        case .otherTills(let seller): tills.filter { $0 != seller.text }
        case .everyTill: tills
        }
      return addressees.map { ($0, event.content) }
    }
    var cursor = try takeCursors(letters.count, of: .events, in: db)
    let statement = try db.cachedStatement(
      sql: "INSERT INTO terminal_event (cursor, terminal_id, item, out_user_id, day) VALUES (?, ?, ?, ?, ?)")
    for (till, content) in letters {
      switch content {
      case .told(let event):
        try statement.execute(arguments: [cursor, till, try CanonicalJSON.text(event), nil, nil])
      case .spending(let user, let day):
        try statement.execute(arguments: [cursor, till, nil, user.text, day.description])
      }
      cursor += 1
    }
  }

  /// Takes the next cursors of a stream for this transaction. With many writers, this is where they wait for
  /// each other, so that cursors become visible in order.
  ///
  /// - Returns: the first of them.
  static func takeCursors(_ count: Int, of stream: CursorStream, in db: Database) throws -> Int64 {
    let last = try Int64.fetchOne(
      db.cachedStatement(sql: "UPDATE stream SET last = last + ? WHERE name = ? RETURNING last"),
      arguments: [count, stream.rawValue])
    guard let last else { throw StoreDamaged(what: "stream \(stream.rawValue) is missing") }
    return last - Int64(count) + 1
  }

  static func lastCursor(of stream: CursorStream, in db: Database) throws -> Int64 {
    try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT last FROM stream WHERE name = ?"), arguments: [stream.rawValue]) ?? 0
  }

  private static func epoch(in db: Database) throws -> StoreEpoch {
    guard let text = try String.fetchOne(db.cachedStatement(sql: "SELECT epoch FROM epoch")) else {
      throw StoreDamaged(what: "the epoch is missing")
    }
    return try StoreEpoch(text)
  }

  private static func content(of row: Row, in db: Database) throws -> StoredEvent.Content {
    if let item = row["item"] as String? {
      return .told(try CanonicalJSON.decode(TerminalEvent.self, from: item))
    }
    let (user, day): (String, String) = (row["out_user_id"], row["day"])
    let orders = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT terminal_id, period, to_collect_fen, state FROM customer_order
          WHERE out_user_id = ? AND day = ? ORDER BY out_trade_no
          """), arguments: [user, day]
    ).map { order in
      let period: String = order["period"]
      return OrderOfDay(
        terminal: try TerminalID(order["terminal_id"]),
        period: period.isEmpty ? nil : try MealPeriodID(period),
        toCollect: Fen(order["to_collect_fen"]), state: try order.value("state"))
    }
    return .spending(of: try OutUserID(user), on: try SchoolDay(day), orders: orders)
  }
}

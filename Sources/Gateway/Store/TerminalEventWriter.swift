package import CanteenCore
package import GatewayProtocol
import GRDB

/// Collects, within one transaction, what tills have to hear of; each user's day is told once.
struct TerminalEventWriter {
  private struct Day: Hashable {
    let user: OutUserID
    let day: SchoolDay
  }

  private let terminal: TerminalID
  private var items: [TerminalEvent] = []
  private var days: [Day] = []

  /// - Parameter terminal: the till whose orders these are.
  init(terminal: TerminalID) {
    self.terminal = terminal
  }

  /// For the till whose order it is.
  mutating func add(_ item: TerminalEvent) { items.append(item) }

  /// The other tills hear what this user bought today.
  mutating func sold(_ order: Order) {
    if let user = order.user?.outUserID, let day = order.day { changed(user, on: day) }
  }

  mutating func changed(_ user: OutUserID, on day: SchoolDay) {
    let day = Day(user: user, day: day)
    if !days.contains(day) { days.append(day) }
  }

  /// Written in the transaction that made it true.
  func publish(in db: Database) throws {
    for item in items { try Self.write(item, for: terminal, in: db) }
    guard !days.isEmpty else { return }
    let others = try String.fetchAll(
      db.cachedStatement(sql: "SELECT terminal_id FROM terminal WHERE terminal_id <> ?"),
      arguments: [terminal.text])
    for other in others {
      for day in days {
        let spent = SpentElsewhere(
          user: day.user, day: day.day, entry: try Self.spent(day, elsewhereThan: other, in: db))
        try Self.write(.spentElsewhere(spent), for: TerminalID(other), in: db)
      }
    }
  }

  static func write(_ item: TerminalEvent, for terminal: TerminalID, in db: Database) throws {
    try db.cachedStatement(sql: "INSERT INTO news (terminal_id, item) VALUES (?, ?)").execute(arguments: [
      terminal.text, try CanonicalJSON.text(item),
    ])
  }

  private static func spent(_ day: Day, elsewhereThan terminal: String, in db: Database) throws
    -> DayBook.Entry
  {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT period, count(*) AS meals, sum(to_collect_fen) AS fen FROM customer_order
          WHERE out_user_id = ? AND day = ? AND terminal_id <> ?
            AND state NOT IN ('failed', 'risk_rejected', 'voided')
          GROUP BY period
          """), arguments: [day.user.text, day.day.description, terminal])
    return rows.reduce(into: DayBook.Entry.empty) { entry, row in
      entry.personal = entry.personal + Fen(row["fen"])
      let period: String = row["period"]
      if !period.isEmpty { entry.meals[period] = row["meals"] }
    }
  }
}

extension GatewayStore {
  /// TerminalEvents for one till after a cursor.
  package func events(for terminal: TerminalID, after cursor: Int64, atMost count: Int = 200) async throws
    -> TerminalEvents
  {
    try await database.read { db in
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: "SELECT cursor, item FROM news WHERE terminal_id = ? AND cursor > ? ORDER BY cursor LIMIT ?"),
        arguments: [terminal.text, cursor, count])
      return TerminalEvents(
        items: try rows.map { try CanonicalJSON.decode(TerminalEvent.self, from: $0["item"]) },
        cursor: rows.last?["cursor"] ?? cursor)
    }
  }
}

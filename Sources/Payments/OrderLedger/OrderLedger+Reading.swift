public import CanteenCore
import Foundation
import GatewayProtocol
import GRDB
public import TillAPI

extension OrderLedger {
  /// The newest orders first.
  public func recentOrders(atMost count: Int) async throws(LedgerError) -> [BookedOrder] {
    try await storing {
      try await database.read { db in
        try BookedOrder.fetchAll(
          db, where: "TRUE ORDER BY sequence DESC LIMIT ?",
          arguments: [count])
      }
    }
  }

  /// One order as it was signed; nil when this till never booked it.
  public func order(_ number: OutTradeNumber) async throws(LedgerError) -> Order? {
    try await storing {
      try await database.read { [self] db in
        try entry(booking: number, in: db)?.decodedPayload().bookedOrder
      }
    }
  }

  public func bookedOrder(_ number: OutTradeNumber) async throws(LedgerError) -> BookedOrder? {
    try await storing {
      try await database.read { db in
        try BookedOrder.fetchAll(
          db, where: "out_trade_no = ?",
          arguments: [number.text]
        ).first
      }
    }
  }

  public func refunds(of number: OutTradeNumber) async throws(LedgerError) -> [BookedRefund] {
    try await storing { try await database.read { [self] in try refunds(of: number, in: $0) } }
  }

  /// What users bought since `day`, here and as far as known elsewhere.
  public func dayBook(since day: SchoolDay) async throws(LedgerError) -> DayBook {
    try await storing {
      try await database.read { db in
        var book = DayBook()
        let sales = try Row.fetchCursor(
          db.cachedStatement(
            sql: """
              SELECT * FROM booked_order
              WHERE sequence >= (SELECT min(first_sequence) FROM selling_day WHERE day >= ?1)
                AND day >= ?1 AND out_user_id IS NOT NULL
                AND state NOT IN (SELECT value FROM json_each(?2))
              """),
          arguments: [
            day.description,
            try CanonicalJSON.text(OrderState.allCases.filter { !$0.stands }.map(\.rawValue)),
          ])
        while let row = try sales.next() { if let sale = try DayBook.Sale(row: row) { book.add(sale) } }
        let elsewhere = try Row.fetchCursor(
          db.cachedStatement(sql: "SELECT * FROM spent_elsewhere WHERE day >= ?"),
          arguments: [day.description])
        while let row = try elsewhere.next() {
          book.set(
            try CanonicalJSON.decode(DayBook.Entry.self, from: row["entry"]),
            elsewhereFor: try OutUserID(row["out_user_id"]), on: try SchoolDay(row["day"]))
        }
        return book
      }
    }
  }

  /// Users charged since `time`, among the last 500 entries, each with the time. A user who still stands at
  /// the till after a restart is not charged again (I2).
  public func charges(since time: Timestamp) async throws(LedgerError) -> [(user: OutUserID, at: Timestamp)] {
    try await storing {
      try await database.read { db in
        try Row.fetchAll(
          db.cachedStatement(
            sql: """
              SELECT out_user_id, accepted_at FROM booked_order
              WHERE sequence > (SELECT max(sequence) - 500 FROM entry) AND out_user_id IS NOT NULL
                AND accepted_at >= ? AND state <> 'voided'
              """), arguments: [time.millisecondsSince1970]
        ).map { (try OutUserID($0["out_user_id"]), Timestamp(millisecondsSince1970: $0["accepted_at"])) }
      }
    }
  }

  public func bars() async throws(LedgerError) -> [OutUserID: UserBar] {
    try await storing {
      try await database.read { db in
        try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM user_bar")).reduce(into: [:]) { bars, row in
          bars[try OutUserID(row["out_user_id"])] = try row.word("bar")
        }
      }
    }
  }

  public func openShift() async throws(LedgerError) -> Shift? {
    try await storing { try await database.read { [self] in try openShift(in: $0) } }
  }

  public func shift(_ number: Int64) async throws(LedgerError) -> Shift? {
    try await storing {
      try await database.read { db in
        try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM shift WHERE number = ?"), arguments: [number])
          .map(Shift.init)
      }
    }
  }

  /// When the last entry was written; a moment known to have passed.
  public func lastRecordedAt() throws(LedgerError) -> Timestamp? {
    try storing {
      try database.read { db in
        try Int64.fetchOne(
          db.cachedStatement(sql: "SELECT recorded_at FROM entry ORDER BY sequence DESC LIMIT 1")
        )
        .map(Timestamp.init(millisecondsSince1970:))
      }
    }
  }

  func entry(booking number: OutTradeNumber, in db: Database) throws -> LedgerEntry? {
    let sequence = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT sequence FROM booked_order WHERE out_trade_no = ?"),
      arguments: [number.text])
    guard let sequence else { return nil }
    return try entries(in: db, where: "sequence = ?", [sequence]).first
  }

  func state(of number: OutTradeNumber, in db: Database) throws -> OrderState {
    let row = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT state FROM booked_order WHERE out_trade_no = ?"),
      arguments: [number.text])
    guard let row else { throw LedgerError.unknownOrder(number) }
    return try row.word("state")
  }

  func refunds(of number: OutTradeNumber, in db: Database) throws -> [BookedRefund] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM refund WHERE out_trade_no = ? ORDER BY sequence"),
      arguments: [number.text]
    ).map(BookedRefund.init)
  }

  func refund(_ number: OutRefundNumber, in db: Database) throws -> BookedRefund? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM refund WHERE out_refund_no = ?"), arguments: [number.text]
    )
    .map(BookedRefund.init)
  }

  func bar(of user: OutUserID, in db: Database) throws -> UserBar? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT bar FROM user_bar WHERE out_user_id = ?"), arguments: [user.text]
    )
    .map { try $0.word("bar") }
  }

  func sale(_ number: OutTradeNumber, in db: Database) throws -> DayBook.Sale? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM booked_order WHERE out_trade_no = ?"), arguments: [number.text]
    )
    .flatMap(DayBook.Sale.init)
  }

  func openShift(in db: Database) throws -> Shift? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM shift WHERE closed_at IS NULL ORDER BY number DESC LIMIT 1")
    )
    .map(Shift.init)
  }

  /// The newest entries, oldest first.
  func lastEntries(_ count: Int, in db: Database) throws -> [LedgerEntry] {
    try entries(in: db, where: "TRUE ORDER BY sequence DESC LIMIT ?", [count]).reversed()
  }

  func entries(
    in db: Database, where condition: String, _ arguments: StatementArguments = StatementArguments()
  ) throws -> [LedgerEntry] {
    try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM entry WHERE \(condition)"), arguments: arguments
    ).map(entry)
  }

  /// Throws where a column is missing or of another kind: a damaged page must not stop the program (I8).
  func entry(from row: Row) throws -> LedgerEntry {
    LedgerEntry(
      terminal: terminal, sequence: try row.decode(forColumn: "sequence"),
      previousHash: try row.decode(forColumn: "previous_hash"),
      recordedAt: Timestamp(millisecondsSince1970: try row.decode(forColumn: "recorded_at")),
      payload: try row.decode(forColumn: "payload"), signature: try row.decode(forColumn: "signature"))
  }
}

extension Shift {
  fileprivate init(row: Row) throws {
    self.init(
      number: row["number"], operatorID: try OperatorID(row["operator"]),
      openedAt: Timestamp(millisecondsSince1970: row["opened_at"]))
  }
}

extension DayBook.Sale {
  fileprivate init?(row: Row) throws {
    guard let user = row["out_user_id"] as String?, let day = try? SchoolDay(row["day"]) else { return nil }
    self.init(
      user: try OutUserID(user), day: day, personal: Fen(row["to_collect_fen"]),
      period: try? MealPeriodID(row["period"] as String))
  }
}

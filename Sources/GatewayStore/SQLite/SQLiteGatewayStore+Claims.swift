package import CanteenCore
import GRDB

/// Who works on what is due.
extension SQLiteGatewayStore {
  /// In these conditions ?1 is the time and ?2 the platform.
  private static let isFree = """
    due_at <= ?1 AND (claimed_until IS NULL OR claimed_until <= ?1) AND (?2 IS NULL OR platform = ?2)
    """
  private static let noRefundOfItIsClaimed = """
    NOT EXISTS (SELECT 1 FROM refund s WHERE s.out_trade_no = o.out_trade_no AND s.claimed_until > ?1)
    """
  private static let itsOrderIsFree = """
    NOT EXISTS (SELECT 1 FROM refund s WHERE s.out_trade_no = r.out_trade_no AND s.claimed_until > ?1)
    AND NOT EXISTS (SELECT 1 FROM customer_order o WHERE o.out_trade_no = r.out_trade_no AND o.claimed_until > ?1)
    """

  package func claimDue(atMost count: Int, at now: Timestamp, until end: Timestamp, of platform: PlatformID?)
    async throws -> [DueWork]
  {
    // Nothing is due most of the time, and then there is no disk to wait for.
    guard count > 0, try await database.read({ try Self.somethingIsDue(at: now, of: platform, in: $0) })
    else {
      return []
    }
    return try await database.write { db in
      let token = [UInt8].random(count: 8).hex
      var work: [DueWork] = []
      var orders: Set<OutTradeNumber> = []
      for subject in try Self.due(atMost: count, at: now, of: platform, in: db)
      where orders.insert(subject.order).inserted {
        let claim = Claim(subject: subject.claimed, token: token)
        try Self.begin(claim, until: end, in: db)
        work.append(DueWork(subject: try Self.read(subject, in: db), claim: claim))
      }
      return work
    }
  }

  package func nextDueTime(of platform: PlatformID?) async throws -> Timestamp? {
    try await database.read { db in
      try Int64.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT min(due_at) FROM (
              SELECT min(max(due_at, coalesce(claimed_until, due_at))) AS due_at FROM customer_order
              WHERE due_at IS NOT NULL AND (?1 IS NULL OR platform = ?1)
              UNION ALL
              SELECT min(max(due_at, coalesce(claimed_until, due_at))) FROM refund
              WHERE due_at IS NOT NULL AND (?1 IS NULL OR platform = ?1))
            """), arguments: [platform?.text]
      ).map(Timestamp.init(millisecondsSince1970:))
    }
  }

  /// Milliseconds; the next window of a delayed order is tomorrow's at the latest.
  private static let farthestWindow: Int64 = 48 * 3_600_000

  package func pullIn(waitingBeyond limit: Timestamp, to now: Timestamp, claimedBeyond end: Timestamp)
    async throws -> Int
  {
    try await database.write { db in
      var count = 0
      for (table, which) in [
        (
          "customer_order",
          "(state = 'uploaded' OR due_at > \(now.millisecondsSince1970 + Self.farthestWindow))"
        ),
        ("refund", "due_at IS NOT NULL"),
      ] {
        try db.cachedStatement(
          sql: "UPDATE \(table) SET due_at = ?, version = version + 1 WHERE due_at > ? AND \(which)"
        ).execute(arguments: [now.millisecondsSince1970, limit.millisecondsSince1970])
        count += db.changesCount
        try db.cachedStatement(sql: "UPDATE \(table) SET claimed_until = ?1 WHERE claimed_until > ?1")
          .execute(arguments: [end.millisecondsSince1970])
      }
      return count
    }
  }

  package func openWithoutDoubt(atMost count: Int) async throws -> OpenWork {
    try await database.read { db in
      let orders = try String.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT out_trade_no FROM customer_order WHERE due_at IS NOT NULL AND NOT outcome_unknown
            ORDER BY out_trade_no LIMIT ?
            """), arguments: [count]
      ).map { try OutTradeNumber($0) }
      let refunds = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT out_refund_no, out_trade_no FROM refund WHERE due_at IS NOT NULL AND NOT outcome_unknown
            ORDER BY out_refund_no LIMIT ?
            """), arguments: [count]
      ).map { (try OutRefundNumber($0["out_refund_no"]), try OutTradeNumber($0["out_trade_no"])) }
      return OpenWork(orders: orders, refunds: Dictionary(uniqueKeysWithValues: refunds))
    }
  }

  static func end(_ claim: Claim, in db: Database) throws {
    try write(claim, set: "claim = NULL, claimed_until = NULL", if: "claim = ?", [claim.token], in: db)
  }

  static func endAllClaims(in db: Database) throws {
    for table in ["customer_order", "refund"] {
      try db.execute(
        sql: "UPDATE \(table) SET claim = NULL, claimed_until = NULL WHERE claim IS NOT NULL")
    }
  }

  private static func begin(_ claim: Claim, until end: Timestamp, in db: Database) throws {
    try write(
      claim, set: "claim = ?, claimed_until = ?", if: "due_at IS NOT NULL",
      [claim.token, end.millisecondsSince1970], in: db)
  }

  private static func write(
    _ claim: Claim, set values: String, if condition: String, _ arguments: StatementArguments,
    in db: Database
  ) throws {
    let (table, key, number) =
      switch claim.subject {
      case .order(let number): ("customer_order", "out_trade_no", number.text)
      case .refund(let number): ("refund", "out_refund_no", number.text)
      }
    try db.cachedStatement(sql: "UPDATE \(table) SET \(values) WHERE \(condition) AND \(key) = ?")
      .execute(arguments: arguments + [number])
  }

  private static func somethingIsDue(at now: Timestamp, of platform: PlatformID?, in db: Database) throws
    -> Bool
  {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT EXISTS (SELECT 1 FROM customer_order WHERE \(isFree))
            OR EXISTS (SELECT 1 FROM refund WHERE \(isFree))
          """), arguments: [now.millisecondsSince1970, platform?.text]) ?? false
  }

  /// The number of something that is due.
  private struct DueNumber {
    let order: OutTradeNumber
    /// nil for the order itself.
    let refund: OutRefundNumber?

    init(row: Row) throws {
      order = try OutTradeNumber(row["out_trade_no"])
      refund = try (row["out_refund_no"] as String?).map { try OutRefundNumber($0) }
    }

    var claimed: Claim.Subject { refund.map { .refund($0) } ?? .order(order) }
  }

  private static func due(atMost count: Int, at now: Timestamp, of platform: PlatformID?, in db: Database)
    throws -> [DueNumber]
  {
    try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT out_trade_no, out_refund_no FROM (
            SELECT out_trade_no, NULL AS out_refund_no, accepted_at,
              due_at - iif(attempts = 0 AND accepted_at >= due_at - \(DuePriority.freshFor * 1_000),
                \(DuePriority.headStartOfFreshOrders * 1_000), 0) AS rank
            FROM customer_order o WHERE \(isFree) AND \(noRefundOfItIsClaimed)
            UNION ALL
            SELECT out_trade_no, out_refund_no, requested_at, due_at - \(DuePriority.headStartOfRefunds * 1_000)
            FROM refund r WHERE \(isFree) AND \(itsOrderIsFree))
          ORDER BY rank, accepted_at, out_trade_no, out_refund_no LIMIT ?3
          """),
      arguments: [now.millisecondsSince1970, platform?.text, count]
    ).map(DueNumber.init)
  }

  private static func read(_ due: DueNumber, in db: Database) throws -> DueWork.Subject {
    let view = try bookView(of: [due.order], refunds: [], in: db)
    guard let order = view.orders.first else {
      throw StoreDamaged(what: "the order of \(due.refund?.text ?? due.order.text) is missing")
    }
    guard let number = due.refund else { return .order(order) }
    guard let refund = view.refunds.first(where: { $0.number == number }) else {
      throw StoreDamaged(what: "refund \(number) is missing")
    }
    return .refund(refund, of: order)
  }
}

extension [UInt8] {
  fileprivate static func random(count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in .random(in: .min ... .max, using: &generator) }
  }
}

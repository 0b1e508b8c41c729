public import CanteenCore
import Foundation
public import GatewayProtocol
import GRDB

/// How this ledger stands to what the gateway holds of it.
extension OrderLedger {
  public func comparison() async throws(LedgerError) -> LedgerComparison {
    let known = try await storing { try await database.read { try Self.comparison(in: $0) } }
    return LedgerComparison(
      end: known.end, confirmed: known.confirmed, sent: max(known.sent, endWhenOpened),
      standing: known.standing, limitedAfter: known.limitedAfter)
  }

  /// Takes note of what the gateway holds. What it lost although it had confirmed it is sent again.
  ///
  /// - Parameter before: as it was before the gateway was asked.
  /// - Returns: how the ledger stands now; nil when it changed meanwhile in a way that makes the answer say
  ///   nothing, so that the gateway must be asked again.
  public func settle(_ before: LedgerComparison, by held: HeldLedger) async throws(LedgerError)
    -> LedgerStanding?
  {
    let standing: LedgerStanding? = try await storing {
      try await database.write { db in
        let now = try Self.comparison(in: db)
        guard now.limitedAfter == before.limitedAfter, now.standing == before.standing else { return nil }
        let isSame = try Self.point(held.point.sequence, in: db) == held.point
        let standing = before.standing(gatewayEnd: held.end, isSame: isSame)
        // What was sold and sent since it was asked is no entry that this ledger lacks.
        if standing == .behind, before.limitedAfter == nil, now.end >= held.end { return nil }
        try Self.write(standing, limitedAfter: before.comparedAt, in: db)
        guard standing == .continuous else { return standing }
        if let end = before.resendsAfter(gatewayEnd: held.end) {
          try Self.markUnsent(after: end, in: db)
        } else {
          // Somebody may have carried there what this till could not send.
          try Self.markUploaded(through: held.point.sequence, in: db)
        }
        return standing
      }
    }
    if standing == .continuous { try await endStandsAsItIs() }
    return standing
  }

  /// Whether this ledger holds the entry.
  public func holds(_ point: LedgerPoint) async throws(LedgerError) -> Bool {
    try await storing { try await database.read { try Self.point(point.sequence, in: $0) == point } }
  }

  /// Only what the till's own program compared keeps it from selling.
  func standing(in db: Database) throws -> LedgerStanding {
    guard let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT standing FROM progress")) else {
      return .unproven
    }
    return try row.word("standing")
  }

  /// - Throws: ``LedgerError/limited(_:)`` for anything but a sale beside the till and the end of a payment code,
  ///   unless the ledger is continuous.
  func refuseUnlessTaken(_ payload: LedgerPayload, in db: Database) throws {
    let standing = try standing(in: db)
    guard standing != .continuous, !payload.isSaleBesideTheTill else { return }
    // What a payment code took is known by nobody else, and a meal may have been given for it.
    if let code = payload.endedCode, try openCode(code, in: db) != nil { return }
    throw LedgerError.limited(standing)
  }

  /// A ledger that is empty, or does not reach where it once did, has to be compared first.
  static func limitUnlessReaching(_ mark: LedgerPoint?, in db: Database) throws {
    let known = try comparison(in: db)
    guard known.standing == .continuous else { return }
    // A till that was compared before it sold anything has a mark too.
    let reaches = try mark.map { try point($0.sequence, in: db) == $0 } ?? (known.end > 0)
    if !reaches { try write(.unproven, limitedAfter: known.end, in: db) }
  }

  static func comparison(in db: Database) throws -> LedgerComparison {
    guard
      let row = try Row.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT coalesce((SELECT max(sequence) FROM entry), 0) AS last, uploaded_through,
              max(uploaded_through, queued_through) AS sent, standing, limited_after FROM progress
            """))
    else { throw LedgerError.storage("the table of progress is empty") }
    return LedgerComparison(
      end: row["last"], confirmed: row["uploaded_through"], sent: row["sent"],
      standing: try row.word("standing"),
      limitedAfter: row["limited_after"])
  }

  static func point(_ sequence: Int64, in db: Database) throws -> LedgerPoint? {
    if sequence == 0 { return .start }
    return try Data.fetchOne(
      db.cachedStatement(sql: "SELECT hash FROM entry WHERE sequence = ?"), arguments: [sequence]
    ).map { LedgerPoint(sequence: sequence, hash: $0) }
  }

  static func write(_ standing: LedgerStanding, limitedAfter: Int64, in db: Database) throws {
    try db.cachedStatement(sql: "UPDATE progress SET standing = ?, limited_after = ?").execute(arguments: [
      standing.rawValue, standing == .continuous ? nil : limitedAfter,
    ])
  }

  private static func markUnsent(after sequence: Int64, in db: Database) throws {
    try db.cachedStatement(
      sql: """
        UPDATE progress SET queued_through = max(queued_through, uploaded_through), uploaded_through = ?
        """
    ).execute(arguments: [sequence])
    try db.cachedStatement(
      sql: "UPDATE booked_order SET state = 'queued' WHERE state = 'uploaded' AND sequence > ?"
    ).execute(arguments: [sequence])
  }
}

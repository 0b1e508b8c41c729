public import CanteenCore
public import Crypto
public import Foundation
public import GatewayProtocol
import GRDB

/// A till's own record of what it sold: append-only, hash-chained, signed, and on disk before anyone is told.
///
/// Every write is a SQLite transaction with `synchronous=FULL` on a write-ahead log, so an order that
/// ``accept(_:)`` returned for survives a power cut (I1). Writes that come at the same time share one
/// transaction.
public final class OrderLedger: Sendable {
  let terminal: TerminalID
  let database: DatabasePool
  let key: P256.Signing.PrivateKey
  /// What entries can be checked with.
  public let keys: LedgerKeys
  private let wallClock: any WallClock
  private let commits: GroupCommit
  private let mark: LedgerMark?

  /// No disk knows what it did after it was copied: up to here anything may have been sent in a later life of it.
  let endWhenOpened: Int64

  /// How many entries at the end are checked before the till sells; ``verify(progress:)`` checks all.
  private static let checkedAtStart = 64

  /// Opens or creates the ledger and checks that its end is whole and this till's own.
  ///
  /// - Parameters:
  ///   - path: the SQLite file; its folder must exist.
  ///   - former: the keys of boxes whose ledger this one goes on with.
  ///   - mark: the file that says where the ledger ended, so that a lost end is noticed; nil for a ledger that no
  ///     gateway holds.
  public init(
    path: String, terminal: TerminalID, key: P256.Signing.PrivateKey, former: [FormerKey] = [],
    wallClock: any WallClock, mark: URL? = nil
  ) throws(LedgerError) {
    self.terminal = terminal
    self.key = key
    keys = LedgerKeys(own: key.publicKey, former: former)
    self.wallClock = wallClock
    try Self.checkPages(of: path)
    database = try storing {
      let database = try DatabasePool(path: path)
      try LedgerSchema.migrator.migrate(database)
      // GRDB sets NORMAL when it turns on WAL, after any prepareDatabase: FULL must be set afterwards.
      try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      return database
    }
    commits = GroupCommit(database: database)
    endWhenOpened = try storing { [database] in
      try database.read { try Int64.fetchOne($0, sql: "SELECT max(sequence) FROM entry") } ?? 0
    }
    self.mark = try storing { try mark.map(LedgerMark.init) }
    try refuseUnlessDurable()
    try checkTheEnd()
    try storing { try database.write { try LedgerViews.rebuildIfOlder(in: $0) } }
    if let known = self.mark {
      try storing { try database.write { try Self.limitUnlessReaching(known.found, in: $0) } }
    }
  }

  /// Closes the file at once; every later call fails. Whatever a call returned for is on disk.
  public func close() {
    try? database.close()
  }

  /// Books an order. When this returns, the order is on disk and will be uploaded.
  ///
  /// Booking the same order again returns the entry it already has.
  @discardableResult
  public func accept(_ order: Order) async throws(LedgerError) -> LedgerEntry {
    let draft = try storing { try LedgerDraft(.orderAccepted(order)) }
    let entry = try await perform { [self] db in
      if let booked = try self.entry(booking: order.outTradeNumber, in: db) {
        guard let earlier = try booked.decodedPayload().bookedOrder, earlier.isSameSale(as: order)
        else { throw LedgerError.numberReused(order.outTradeNumber) }
        return .settled(booked)
      }
      if let flaw = order.flaw { throw LedgerError.unsound(order.outTradeNumber, flaw) }
      return .append(draft)
    }
    guard let entry else { throw .storage("the order was not written") }
    return entry
  }

  /// Undoes an order whose money was not taken, as far as this till knows. If the gateway knows that it was,
  /// it gives the money back.
  @discardableResult
  public func void(_ void: VoidOrder) async throws(LedgerError) -> LedgerEntry? {
    try await perform { [self] db in
      let state = try state(of: void.outTradeNumber, in: db)
      guard state.canBeVoided else { throw LedgerError.cannotBeVoided(void.outTradeNumber, state) }
      return .append(try LedgerDraft(.orderVoided(void)))
    }
  }

  /// Asks for money of a paid order to be given back. The same refund asked for again changes nothing.
  @discardableResult
  public func request(_ refund: Refund) async throws(LedgerError) -> LedgerEntry? {
    try await perform { [self] db in
      let state = try state(of: refund.outTradeNumber, in: db)
      let earlier = try refunds(of: refund.outTradeNumber, in: db)
      if let same = earlier.first(where: { $0.refund.outRefundNumber == refund.outRefundNumber }) {
        guard same.refund.amount == refund.amount else {
          throw LedgerError.refundNumberReused(refund.outRefundNumber)
        }
        return .settled(nil)
      }
      guard state.isCharged else { throw LedgerError.cannotBeRefunded(refund.outTradeNumber, state) }
      let charged = try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT to_collect_fen FROM booked_order WHERE out_trade_no = ?"),
        arguments: [refund.outTradeNumber.text])
      let left = earlier.filter { $0.state != .failed }
        .reduce(Fen(charged ?? 0)) { $0 - $1.refund.amount }
      guard refund.amount > .zero, refund.amount <= left, earlier.count < Refund.mostOfOneOrder else {
        throw LedgerError.refundTooLarge(left: left)
      }
      return .append(try LedgerDraft(.refundRequested(refund)))
    }
  }

  /// Opens the next shift of this till.
  public func openShift(by operatorID: OperatorID) async throws(LedgerError) -> Shift {
    let entry = try await perform { [self] db in
      if let open = try openShift(in: db) { throw LedgerError.shiftIsOpen(open) }
      let last = try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(number) FROM shift")) ?? 0
      return .append(
        try LedgerDraft(
          .shiftOpened(Shift(number: last + 1, operatorID: operatorID, openedAt: wallClock.now()))))
    }
    guard case .shiftOpened(let shift) = try? entry?.decodedPayload() else {
      throw .storage("the shift was not written")
    }
    return shift
  }

  public func closeShift(by operatorID: OperatorID) async throws(LedgerError) -> Shift {
    let entry = try await perform { [self] db in
      guard let open = try openShift(in: db) else { throw LedgerError.noShiftIsOpen }
      return .append(
        try LedgerDraft(
          .shiftClosed(ShiftClosed(shift: open.number, operatorID: operatorID, at: wallClock.now()))))
    }
    guard case .shiftClosed(let closed) = try? entry?.decodedPayload(),
      let shift = try await shift(closed.shift)
    else { throw .storage("the shift was not written") }
    return shift
  }

  /// Writes one line of the audit log.
  public func record(_ action: StaffRecord) async throws(LedgerError) {
    _ = try await perform { _ in .append(try LedgerDraft(.staffAction(action))) }
  }

  public func record(_ jump: ClockJump) async throws(LedgerError) {
    _ = try await perform { _ in .append(try LedgerDraft(.clockJumped(jump))) }
  }

  /// Throws unless an order could be booked now: writes as much as an order needs, and removes it again.
  public func probe() async throws(LedgerError) {
    try await storing {
      try await database.write { db in
        try db.execute(sql: "CREATE TABLE probe (room BLOB); INSERT INTO probe VALUES (zeroblob(8192))")
        try db.execute(sql: "DROP TABLE probe")
      }
    }
  }

  func perform(_ decide: @escaping GroupCommit.Decide) async throws(LedgerError) -> LedgerEntry? {
    let taken: GroupCommit.Decide = { [self] db in
      let decision = try decide(db)
      if case .append(let draft) = decision { try refuseUnlessTaken(draft.payload, in: db) }
      return decision
    }
    let entry = try await storing { try await commits.perform(taken) { [self] in try append($0, in: $1) } }
    if let entry { mark?.note(LedgerPoint(sequence: entry.sequence, hash: entry.hash)) }
    return entry
  }

  /// After entries that no call returns.
  func noteEnd() {
    guard let mark, let end = try? database.read({ try Self.end(in: $0) }) else { return }
    mark.note(end)
  }

  /// What is missing behind this end is missing for good.
  func endStandsAsItIs() async throws(LedgerError) {
    guard let mark else { return }
    mark.set(try await storing { try await database.read { try Self.end(in: $0) } })
  }

  static func end(in db: Database) throws -> LedgerPoint {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1")
    ).map { LedgerPoint(sequence: $0["sequence"], hash: $0["hash"]) } ?? .start
  }

  /// Adds the next entry and applies it to the views.
  @discardableResult
  func append(_ draft: LedgerDraft, in db: Database) throws -> LedgerEntry {
    let last = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1"))
    let (entry, hash) = try LedgerEntry.signed(
      terminal: terminal, sequence: (try last?.decode(forColumn: "sequence") ?? 0) + 1,
      previousHash: try last?.decode(forColumn: "hash") ?? LedgerEntry.firstPreviousHash,
      recordedAt: wallClock.now(), payload: draft.text, key: key)
    try insert(entry, hash: hash, in: db)
    try LedgerViews.apply(draft.payload, sequence: entry.sequence, in: db)
    return entry
  }

  func insert(_ entry: LedgerEntry, hash: Data, into table: String = "entry", in db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO \(table) (sequence, previous_hash, recorded_at, payload, signature, hash)
        VALUES (?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        entry.sequence, entry.previousHash, entry.recordedAt.millisecondsSince1970, entry.payload,
        entry.signature, hash,
      ])
  }

  /// Looks at every page before anything is written to the file.
  private static func checkPages(of path: String) throws(LedgerError) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    // A disk that failed to read once looks like a damaged file.
    for isLastTry in [false, true] {
      let flaws = try pageFlaws(of: path)
      if flaws == ["ok"] { return }
      if isLastTry { throw .damagedFile(flaws.joined(separator: "; ")) }
    }
  }

  private static func pageFlaws(of path: String) throws(LedgerError) -> [String] {
    func flaws(readonly: Bool) throws(LedgerError) -> [String] {
      var configuration = Configuration()
      configuration.readonly = readonly
      return try storing {
        try DatabaseQueue(path: path, configuration: configuration).read {
          try String.fetchAll($0, sql: "PRAGMA quick_check(3)")
        }
      }
    }
    do throws(LedgerError) {
      return try flaws(readonly: true)
    } catch .readOnly {
      // The power went out in the middle of a transaction: it has to be undone before anything can be read.
      return try flaws(readonly: false)
    }
  }

  private func refuseUnlessDurable() throws(LedgerError) {
    let level = try storing {
      try database.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
    }
    guard level == 2 else { throw .notDurable(synchronous: level) }
  }

  private func checkTheEnd() throws(LedgerError) {
    let last = try storing { try database.read { try lastEntries(Self.checkedAtStart, in: $0) } }
    guard let newest = last.last else { return }
    guard keys.haveSigned(newest) else {
      let othersAreOurs = last.dropLast().contains(where: keys.haveSigned)
      throw othersAreOurs
        ? .damaged(sequence: newest.sequence, reason: "the signature is wrong") : .foreign(terminal)
    }
    try storing {
      var chain = EntryChain(onDiskAfter: last[0], keys: keys)
      for entry in last.dropFirst() { try chain.add(entry) }
    }
  }
}

extension Order {
  /// True when both would charge the same person the same amount under the same number.
  fileprivate func isSameSale(as other: Order) -> Bool {
    outTradeNumber == other.outTradeNumber && amount == other.amount && toCollect == other.toCollect
      && user?.outUserID == other.user?.outUserID
  }
}

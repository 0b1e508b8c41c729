package import CanteenCore
import Foundation
package import GatewayProtocol
import GRDB

extension GatewayStore {
  /// Takes ledger entries of one till in order, each once, and does what each says.
  ///
  /// An entry that is there already is answered like the first time. The first entry that breaks the chain
  /// or its signature is refused, and so is everything after it; what came before is stored (I9).
  package func take(_ entries: [LedgerEntry], of terminal: PairedTerminal, at now: Timestamp) async throws
    -> [OrderUploadAnswer.Answer]
  {
    try await database.write { db in
      var answers: [OrderUploadAnswer.Answer] = []
      var events = TerminalEventWriter(terminal: terminal.id)
      for entry in entries {
        switch try Self.judge(entry, of: terminal, in: db) {
        case .known:
          answers.append(.init(sequence: entry.sequence, outcome: .stored))
        case .next(let payload):
          try Self.store(entry, at: now, in: db)
          try Self.perform(payload, of: entry, at: now, in: db, &events)
          answers.append(.init(sequence: entry.sequence, outcome: .stored))
        case .refused(let reason, let alarm):
          if let alarm { try Self.raise(alarm, over: terminal.id, in: db) }
          answers.append(.init(sequence: entry.sequence, outcome: .refused, reason: reason))
          try events.publish(in: db)
          return answers
        }
      }
      try events.publish(in: db)
      return answers
    }
  }

  private enum Judgement {
    case known
    case next(LedgerPayload)
    case refused(String, alarm: TerminalAlarm?)
  }

  private static func judge(_ entry: LedgerEntry, of terminal: PairedTerminal, in db: Database) throws
    -> Judgement
  {
    guard entry.terminal == terminal.id else {
      return .refused("the entry belongs to till \(entry.terminal)", alarm: nil)
    }
    guard (try? entry.verify(by: terminal.deviceKey)) != nil else {
      return .refused("the signature is not this till's", alarm: nil)
    }
    let stored = try Data.fetchOne(
      db.cachedStatement(sql: "SELECT hash FROM ledger_entry WHERE terminal_id = ? AND sequence = ?"),
      arguments: [terminal.id.text, entry.sequence])
    if let stored {
      return stored == entry.hash
        ? .known
        : .refused("another entry \(entry.sequence) is stored: the ledger has forked", alarm: .forked)
    }
    let last = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT sequence, hash FROM ledger_entry WHERE terminal_id = ? ORDER BY sequence DESC LIMIT 1"),
      arguments: [terminal.id.text])
    let expected = (last?["sequence"] as Int64? ?? 0) + 1
    guard entry.sequence == expected else {
      return .refused("entry \(expected) is missing before \(entry.sequence)", alarm: nil)
    }
    guard entry.previousHash == last?["hash"] as Data? ?? LedgerEntry.firstPreviousHash else {
      return .refused("the chain does not continue entry \(expected - 1)", alarm: .forked)
    }
    guard let payload = try? entry.decodedPayload() else {
      return .refused("the payload cannot be read; update the gateway first", alarm: nil)
    }
    if case .orderAccepted(let order) = payload, let flaw = order.flaw {
      return .refused("order \(order.outTradeNumber): \(flaw)", alarm: .unsound)
    }
    return .next(payload)
  }

  private static func store(_ entry: LedgerEntry, at now: Timestamp, in db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO ledger_entry
          (terminal_id, sequence, previous_hash, recorded_at, payload, signature, hash, received_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(
      arguments: [
        entry.terminal.text, entry.sequence, entry.previousHash, entry.recordedAt.millisecondsSince1970,
        entry.payload, entry.signature, entry.hash, now.millisecondsSince1970,
      ])
  }

  private static func perform(
    _ payload: LedgerPayload, of entry: LedgerEntry, at now: Timestamp, in db: Database,
    _ events: inout TerminalEventWriter
  ) throws {
    switch payload {
    case .orderAccepted(let order): try open(order, from: entry, at: now, in: db, &events)
    // Opened only to be undone: whatever the code took is given back.
    case .codeClosed(let closed):
      try open(closed.order, from: entry, at: now, undoneFor: closed.reason, in: db, &events)
    case .orderVoided(let void): try take(void, at: now, in: db, &events)
    case .refundRequested(let refund):
      try take(refund, of: entry.terminal, at: now, in: db, &events)
    // What the gateway said itself, or what concerns only the till and its reports.
    case .orderResult, .refundResult, .userStanding, .shiftOpened, .shiftClosed, .staffAction, .clockJumped,
      .codePresented:
      break
    }
  }

  /// - Parameter reason: why the order is undone at once; nil for one that stands.
  private static func open(
    _ order: Order, from entry: LedgerEntry, at now: Timestamp, undoneFor reason: String? = nil,
    in db: Database, _ events: inout TerminalEventWriter
  ) throws {
    let number = order.outTradeNumber
    let known = try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM customer_order WHERE out_trade_no = ?)"),
      arguments: [number.text])
    if known == true {
      // The chain is kept whole; the second sale under one number is never charged, and the till is told.
      events.add(
        .orderResult(
          OrderResult(
            outTradeNumber: number, state: .failed, transactionID: nil,
            reason: "this order number was used by another till", at: now)))
      return
    }
    let state = order.stateWhenUploaded
    let dueAt = state == .uploaded ? now.millisecondsSince1970 : nil
    // What a payment code took is known at the platform only.
    let isUnclear = state == .uploaded && !order.means.collection.mayBeSent
    try db.cachedStatement(
      literal: """
        INSERT INTO customer_order (out_trade_no, terminal_id, sequence, amount_fen, subsidy_fen, to_collect_fen,
          mode, period, day, operator, out_user_id, accepted_at, state, due_at, outcome_unknown, void_requested)
        VALUES (\(number.text), \(entry.terminal.text), \(entry.sequence), \(order.amount.count),
          \(order.subsidy.count), \(order.toCollect.count), \(order.amountMode.rawValue),
          \(order.period?.text ?? ""), \(order.day?.description ?? ""), \(order.operatorID?.text ?? ""),
          \(order.user?.outUserID.text), \(order.acceptedAt.millisecondsSince1970), \(state.rawValue), \(dueAt),
          \(isUnclear), \(reason))
        """
    ).execute()
    if state != .uploaded {
      events.add(
        .orderResult(
          OrderResult(outTradeNumber: number, state: state, transactionID: nil, reason: nil, at: now)))
    }
    if reason == nil { events.sold(order) }
  }
}

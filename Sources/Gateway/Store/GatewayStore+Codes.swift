import CanteenCore
import GRDB
import GatewayProtocol

/// A payment code that was, or is being, shown to a platform.
struct CodePayment: Sendable, Equatable {
  let terminal: TerminalID
  let toCollect: Fen
  let askedAt: Timestamp
  let outcome: CodeOutcome
}

extension GatewayStore {
  /// Notes a code before the platform hears of it: should this process die now, the outcome is unclear.
  ///
  /// - Returns: what is noted under this number already; nil when this call noted it.
  func begin(_ payment: CodePayment, for number: OutTradeNumber) async throws -> CodePayment? {
    try await database.write { db in
      if let earlier = try Self.codePayment(number, in: db) { return earlier }
      let answer = CodePaymentAnswer(payment.outcome)
      try db.cachedStatement(
        literal: """
          INSERT INTO code_payment (out_trade_no, terminal_id, to_collect_fen, outcome, transaction_id, reason,
            asked_at)
          VALUES (\(number.text), \(payment.terminal.text), \(payment.toCollect.count),
            \(answer.outcome.rawValue), \(answer.transactionID), \(answer.reason),
            \(payment.askedAt.millisecondsSince1970))
          """
      ).execute()
      return nil
    }
  }

  /// Notes what the platform decided; a decision that is noted stays.
  func decide(_ outcome: CodeOutcome, for number: OutTradeNumber) async throws {
    let answer = CodePaymentAnswer(outcome)
    try await database.write { db in
      try db.cachedStatement(
        literal: """
          UPDATE code_payment SET outcome = \(answer.outcome.rawValue),
            transaction_id = \(answer.transactionID), reason = \(answer.reason)
          WHERE out_trade_no = \(number.text) AND outcome = 'unclear'
          """
      ).execute()
    }
  }

  private static func codePayment(_ number: OutTradeNumber, in db: Database) throws -> CodePayment? {
    try Row.fetchOne(
      db.cachedStatement(sql: "SELECT * FROM code_payment WHERE out_trade_no = ?"), arguments: [number.text]
    ).map { row in
      let outcome = CodePaymentAnswer.Outcome(rawValue: row["outcome"]) ?? .unclear
      return CodePayment(
        terminal: try TerminalID(row["terminal_id"]), toCollect: Fen(row["to_collect_fen"]),
        askedAt: Timestamp(millisecondsSince1970: row["asked_at"]),
        outcome: CodePaymentAnswer(outcome, transactionID: row["transaction_id"], reason: row["reason"])
          .codeOutcome)
    }
  }
}

package import CanteenCore
import GRDB
import GatewayProtocol

extension SQLiteGatewayStore {
  package func begin(_ payment: CodePayment, for number: OutTradeNumber) async throws -> CodePayment? {
    try await database.write { db in
      if let earlier = try Self.codePayment(number, in: db) { return earlier }
      let answer = CodePaymentAnswer(payment.outcome)
      try db.cachedStatement(
        literal: """
          INSERT INTO code_payment (out_trade_no, terminal_id, platform, to_collect_fen, outcome, transaction_id, reason,
            asked_at)
          VALUES (\(number.text), \(payment.terminal.text), \(payment.platform.text), \(payment.toCollect.count),
            \(answer.outcome.rawValue), \(answer.transactionID), \(answer.reason),
            \(payment.askedAt.millisecondsSince1970))
          """
      ).execute()
      return nil
    }
  }

  package func decide(_ outcome: CodeOutcome, for number: OutTradeNumber) async throws {
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
      CodePayment(
        terminal: try TerminalID(row["terminal_id"]), platform: try PlatformID(row["platform"]),
        toCollect: Fen(row["to_collect_fen"]),
        askedAt: Timestamp(millisecondsSince1970: row["asked_at"]),
        outcome: CodePaymentAnswer(
          try row.value("outcome"), transactionID: row["transaction_id"], reason: row["reason"]
        ).codeOutcome)
    }
  }
}

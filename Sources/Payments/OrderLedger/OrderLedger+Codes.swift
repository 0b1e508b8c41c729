public import CanteenCore
import GRDB
import GatewayProtocol

/// Payment codes. Each is written to the ledger before any platform hears of it, so that a till that dies
/// meanwhile knows what to query.
extension OrderLedger {
  /// Notes that a code is about to be shown to the platform. When this returns, the note is on disk.
  public func present(_ order: Order) async throws(LedgerError) {
    _ = try await perform { [self] db in
      guard try entry(booking: order.outTradeNumber, in: db) == nil,
        try openCode(order.outTradeNumber, in: db) == nil
      else { throw LedgerError.numberReused(order.outTradeNumber) }
      if let flaw = order.flaw { throw LedgerError.unsound(order.outTradeNumber, flaw) }
      return .append(try LedgerDraft(.codePresented(order)))
    }
  }

  /// Notes that no meal is given for a code. Changes nothing for a code that was never presented, became an
  /// order or was closed before.
  public func closeCode(_ number: OutTradeNumber, reason: String) async throws(LedgerError) {
    _ = try await perform { [self] db in
      guard let order = try openCode(number, in: db) else { return .settled(nil) }
      return .append(try LedgerDraft(.codeClosed(CodeClosed(order: order, reason: reason))))
    }
  }

  /// Codes whose outcome the ledger does not know, the oldest first.
  public func openCodes() async throws(LedgerError) -> [Order] {
    try await storing {
      try await database.read { [self] db in
        try String.fetchAll(db.cachedStatement(sql: "SELECT out_trade_no FROM open_code ORDER BY sequence"))
          .compactMap { try openCode(OutTradeNumber($0), in: db) }
      }
    }
  }

  func openCode(_ number: OutTradeNumber, in db: Database) throws -> Order? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT entry.* FROM entry JOIN open_code USING (sequence) WHERE out_trade_no = ?"),
      arguments: [number.text])
    guard var payload = try row.map({ try entry(from: $0).decodedPayload() }) else { return nil }
    if case .broughtBack(let entry) = payload { payload = try entry.decodedPayload() }
    guard case .codePresented(let order) = payload else { return nil }
    return order
  }
}

import CanteenCore
import GatewayProtocol
import GRDB
public import TillAPI

extension OrderLedger {
  /// What staff did with their PIN, newest first.
  public func staffActions(atMost count: Int) async throws(LedgerError) -> [AuditLine] {
    try await storing {
      try await database.read { db in
        try Row.fetchAll(
          db.cachedStatement(
            sql: """
              SELECT e.sequence, e.recorded_at, e.payload FROM staff_action a JOIN entry e USING (sequence)
              ORDER BY sequence DESC LIMIT ?
              """), arguments: [count]
        ).compactMap { row in
          let payload = try CanonicalJSON.decode(LedgerPayload.self, from: row["payload"])
          var at = Timestamp(millisecondsSince1970: row["recorded_at"])
          if case .broughtBack(let entry) = payload { at = entry.recordedAt }
          return payload.staffRecord.map { AuditLine(sequence: row["sequence"], at: at, record: $0) }
        }
      }
    }
  }
}

extension LedgerPayload {
  /// Who did what; nil for an entry that no operator made.
  fileprivate var staffRecord: StaffRecord? {
    func record(_ staff: OperatorID, _ action: StaffAction, _ number: OutTradeNumber?, _ reason: String?)
      -> StaffRecord
    {
      StaffRecord(operatorID: staff, action: action, outTradeNumber: number, reason: reason)
    }
    return switch self {
    case .staffAction(let done): done
    case .orderVoided(let void): record(void.operatorID, .void, void.outTradeNumber, void.reason)
    case .refundRequested(let refund):
      refund.operatorID.map { record($0, .refund, refund.outTradeNumber, refund.reason) }
    case .shiftOpened(let shift): record(shift.operatorID, .openShift, nil, nil)
    case .shiftClosed(let closed): record(closed.operatorID, .closeShift, nil, nil)
    case .broughtBack(let entry): entry.broughtBackPayload?.staffRecord
    case .orderAccepted, .orderResult, .refundResult, .userStanding, .clockJumped, .codePresented,
      .codeClosed:
      nil
    }
  }
}

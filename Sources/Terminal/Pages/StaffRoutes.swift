import CanteenCore
import HTTPService
import HTTPTypes
import Hummingbird
import OrderLedger
import TillAPI

/// What staff do besides selling: each call carries operator and PIN.
struct StaffRoutes: Sendable {
  let staff: StaffActions
  let ledger: OrderLedger

  func add(to router: TillRouter) {
    router.serve(TillOperations.void) { void, request in
      let number = try OutTradeNumber(in: request)
      try await Self.obeying { try await staff.void(number, reason: void.reason, by: void.credentials) }
    }
    router.serve(TillOperations.refund) { refund, request in
      let number = try OutTradeNumber(in: request)
      let amount = try refund.yuan.map(Fen.init(keyed:))
      return try await Self.obeying {
        try await staff.refund(number, amount: amount, reason: refund.reason, by: refund.credentials)
      }
    }
    router.serve(TillOperations.receipt) { credentials, request in
      let number = try OutTradeNumber(in: request)
      return try await Self.obeying { ReceiptText(text: try await staff.reprint(number, by: credentials)) }
    }
    router.serve(TillOperations.override) { override, _ in
      try await Self.obeying { try await staff.override(reason: override.reason, by: override.credentials) }
    }
    router.serve(TillOperations.allowRepeat) { word, _ in
      try await Self.obeying { try await staff.allowRepeat(reason: word.reason, by: word.credentials) }
    }
    router.serve(TillOperations.openShift) { credentials, _ in
      try await Self.obeying { try await staff.openShift(by: credentials) }
    }
    router.serve(TillOperations.closeShift) { credentials, _ in
      try await Self.obeying { try await staff.closeShift(by: credentials) }
    }
    router.serve(TillOperations.shift) { request in
      let query = try QueryItems(of: request.request, taking: "number")
      let asked: Int64? = try query.number("number", in: 1...Int64.max)
      let shift: Shift?
      if let asked { shift = try await ledger.shift(asked) } else { shift = try await ledger.openShift() }
      guard let shift else {
        throw HTTPRefusal(.notFound, code: .noShift, "There is no such shift; open one first.")
      }
      return ShiftReport(shift: shift, lines: try await ledger.tallies(ofShift: shift.number))
    }
    router.serve(TillOperations.audit) { request in
      try await ledger.staffActions(atMost: request.limit(usual: 50))
    }
  }

  private static func obeying<Answer>(_ key: () async throws -> Answer) async throws -> Answer {
    do {
      return try await key()
    } catch let error as StaffRefusal {
      throw HTTPRefusal(
        error == .wrongPIN ? .unauthorized : .forbidden, code: error.reason, error.description)
    } catch LedgerError.unknownOrder(let number) {
      throw HTTPRefusal(.notFound, code: .unknownOrder, LedgerError.unknownOrder(number).description)
    } catch let error as LedgerError {
      throw HTTPRefusal(.unprocessableContent, code: .refused, error.description)
    }
  }
}

extension TillRequest {
  /// How many lines of a list are asked for, 1 to 10,000.
  func limit(usual: Int) throws -> Int {
    try QueryItems(of: request, taking: "limit").number("limit", in: 1...10_000) ?? usual
  }
}

import CanteenCore
import Foundation
import GatewayProtocol
import HTTPService
import HTTPTypes
import Hummingbird
import OrderLedger

/// What staff do besides selling: each call carries operator and PIN.
struct StaffRoutes: Sendable {
  let staff: StaffActions
  let ledger: OrderLedger

  func add(to router: Router<BasicRequestContext>) {
    router.post("api/orders/:number/void") { request, context in
      let body = try await request.json(Reasoned.self)
      return try await obeying {
        try await staff.void(OutTradeNumber(in: context), reason: body.reason, by: body.credentials)
        return Response(status: .noContent)
      }
    }
    router.post("api/orders/:number/refund") { request, context in
      let body = try await request.json(Reasoned.self)
      let amount = try body.yuan.map { text throws(HTTPRefusal) in
        do throws(AmountError) {
          return try Fen(yuan: text)
        } catch {
          throw HTTPRefusal(.unprocessableContent, code: "bad_amount", error.description)
        }
      }
      return try await obeying {
        try Response.json(
          await staff.refund(
            OutTradeNumber(in: context), amount: amount, reason: body.reason, by: body.credentials))
      }
    }
    router.post("api/orders/:number/receipt") { request, context in
      let credentials = try await request.json(StaffActions.Credentials.self)
      return try await obeying {
        try Response.json(["text": await staff.reprint(OutTradeNumber(in: context), by: credentials)])
      }
    }
    router.post("api/override") { request, _ in
      let body = try await request.json(Reasoned.self)
      return try await obeying {
        try await staff.override(reason: body.reason, by: body.credentials)
        return Response(status: .noContent)
      }
    }
    router.post("api/shift/open") { request, _ in
      let credentials = try await request.json(StaffActions.Credentials.self)
      return try await obeying { try Response.json(await staff.openShift(by: credentials)) }
    }
    router.post("api/shift/close") { request, _ in
      let credentials = try await request.json(StaffActions.Credentials.self)
      return try await obeying { try Response.json(await staff.closeShift(by: credentials)) }
    }
    router.get("api/shift") { request, _ in
      let open = try await ledger.openShift()
      let asked = request.uri.queryParameters["number"].flatMap { Int64($0) }
      let shift: Shift?
      if let asked { shift = try await ledger.shift(asked) } else { shift = open }
      guard let shift else {
        throw HTTPRefusal(.notFound, code: "no_shift", "There is no such shift; open one first.")
      }
      return try Response.json(
        ShiftReport(shift: shift, lines: await ledger.tallies(ofShift: shift.number)))
    }
    router.get("api/audit") { request, _ in
      let limit = request.uri.queryParameters["limit"].flatMap { Int($0) } ?? 50
      return try Response.json(await ledger.staffActions(atMost: min(max(limit, 1), 10_000)))
    }
  }

  private struct Reasoned: Decodable {
    let `operator`: OperatorID
    let pin: String
    let reason: String
    /// For a partial refund; all that is left when it is missing.
    let yuan: String?

    var credentials: StaffActions.Credentials { StaffActions.Credentials(operator: `operator`, pin: pin) }
  }

  private func obeying(_ key: () async throws -> Response) async throws -> Response {
    do {
      return try await key()
    } catch let error as StaffRefusal {
      throw HTTPRefusal(error == .wrongPIN ? .unauthorized : .forbidden, code: error.code, error.description)
    } catch let error as LedgerError {
      throw HTTPRefusal(.unprocessableContent, code: "refused", error.description)
    }
  }
}

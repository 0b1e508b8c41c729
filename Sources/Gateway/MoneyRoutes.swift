import CanteenCore
import Concurrency
import Foundation
import GatewayProtocol
import GatewayStore
import HTTPService
import HTTPTypes
import Hummingbird
import NIOCore
import PaymentPlatform

/// Reports, reconciliation, operators, bars and carried ledgers, as `canteenctl` asks for them.
struct MoneyRoutes: Sendable {
  private static let mostOrdersOfADay = 1_000_000

  let token: String
  let store: any ReportStore & OfficeStore & PeopleStore
  let exports: LedgerExportIntake
  let reconciler: Reconciler
  let eventsWritten: Broadcast<Int>

  func add(to router: Router<CallerContext>) {
    let router = router.group("v1/admin").add(middleware: AdminToken(token: token))
    router.get("reports/:day") { _, context in
      try Response.json(await store.dayReport(of: Self.day(in: context)))
    }
    router.get("orders/:day") { _, context in
      try Response.json(await store.orders(atMost: Self.mostOrdersOfADay, on: Self.day(in: context)))
    }
    router.get("reconciliation/:day") { _, context in
      do {
        return try Response.json(await reconciler.reconcile(Self.day(in: context)))
      } catch let error as BillUnavailable {
        throw HTTPRefusal(.badGateway, code: .noBill, error.description)
      }
    }
    router.post("exports") { request, _ in
      let line = try await request.content(atMost: LedgerExport.mostBytes)
      return try Response.json(await exports.take(Data(line.readableBytesView)))
    }
    router.get("operators") { _, _ in
      try Response.json(await store.operators().map(ListedOperator.init))
    }
    router.put("operators/:id") { request, context in
      let body = try await request.json(NewOperator.self)
      do {
        let id = try OperatorID(context.parameters.require("id"))
        try await store.save(Operator(id: id, name: body.name, role: body.role, pin: PINHash(body.pin)))
        eventsWritten.increment()
      } catch let error as PINError {
        throw HTTPRefusal(.unprocessableContent, code: .badPIN, error.description)
      } catch let error as IdentifierError {
        throw HTTPRefusal(.badRequest, code: .badOperator, error.description)
      }
      return Response(status: .noContent)
    }
    router.delete("operators/:id") { _, context in
      guard let id = try? OperatorID(context.parameters.require("id")), try await store.remove(id) else {
        throw HTTPRefusal(.notFound, code: .unknownOperator, "There is no such operator.")
      }
      eventsWritten.increment()
      return Response(status: .noContent)
    }
    router.put("people/:id/bar") { request, context in
      let bar = try await request.json(BarRequest.self).bar
      guard let user = try? OutUserID(context.parameters.require("id")) else {
        throw HTTPRefusal(.badRequest, code: .badUserID, "That is not a user number.")
      }
      if try await store.set(.school, bar != nil, of: user) { eventsWritten.increment() }
      return Response(status: .noContent)
    }
  }

  private struct NewOperator: Decodable {
    let name: String
    let role: OperatorRole
    let pin: String
  }

  /// An operator without the hash of the PIN.
  private struct ListedOperator: Encodable {
    let id: OperatorID
    let name: String
    let role: OperatorRole

    init(_ staff: Operator) {
      (id, name, role) = (staff.id, staff.name, staff.role)
    }
  }

  private static func day(in context: CallerContext) throws -> SchoolDay {
    do {
      return try SchoolDay(context.parameters.require("day"))
    } catch let error as SchoolDayError {
      throw HTTPRefusal(.badRequest, code: .badDay, error.description)
    }
  }
}

import CanteenCore
import Foundation
import GatewayProtocol
import GatewayStore
import HTTPService
import HTTPTypes
import Hummingbird

/// The calls of the school's staff, through `canteenctl`. Each call shows the admin token.
struct AdminRoutes: Sendable {
  let token: String
  let store: any PeopleStore & ReportStore
  let pairing: TerminalPairing
  let enrolment: FaceEnrolment
  let lookAlikes: LookAlikeService
  /// Minutes the school's clock is ahead of UTC.
  let utcOffset: Int

  func add(to router: Router<CallerContext>) {
    let router = router.group("v1/admin").add(middleware: AdminToken(token: token))
    router.get("status") { _, _ in
      let (people, version) = try await (store.people(), store.libraryVersion())
      return try Response.json(
        GatewayStatus(
          people: people.count, payingPeople: people.count(where: \.mayPay), libraryVersion: version,
          utcOffset: utcOffset))
    }
    router.post("pairing-codes") { request, _ in
      struct Body: Decodable { let terminal_id: TerminalID }
      return try Response.json(await pairing.makeCode(for: request.json(Body.self).terminal_id))
    }
    router.get("terminals") { _, _ in try Response.json(await pairing.tills()) }
    router.post("terminals/:id/revoke") { request, context in
      try await request.noBody()
      try await pairing.revoke(terminal(in: context))
      return Response(status: .noContent)
    }
    router.post("terminals/:id/replace") { request, context in
      try await request.noBody()
      return try Response.json(await pairing.makeCode(for: terminal(in: context), replacing: true))
    }
    router.post("authority/change") { request, _ in
      try await request.noBody()
      return try Response.json(["generation": pairing.authority.change()])
    }
    router.get("people") { _, _ in try Response.json(await lookAlikes.people()) }
    router.post("people/:id/faces") { request, context in
      let enrolment = try await request.json(EnrolmentRequest.self, atMost: EnrolmentRequest.mostBytes)
      return try Response.json(await self.enrolment.enrol(try user(in: context), enrolment))
    }
    router.get("look-alikes") { _, _ in try Response.json(await lookAlikes.report()) }
    router.delete("people/:id") { _, context in
      let id = try user(in: context)
      guard try await store.forget(id) else {
        throw HTTPRefusal(.notFound, code: .unknownUser, "There is no enrolled user \(id).")
      }
      lookAlikes.libraryChanged()
      return Response(status: .noContent)
    }
    router.get("orders") { _, _ in
      return try Response.json(await store.orders(atMost: 10_000))
    }
  }

  private func terminal(in context: CallerContext) throws -> TerminalID {
    do {
      return try TerminalID(context.parameters.require("id"))
    } catch let error as IdentifierError {
      throw HTTPRefusal(.badRequest, code: .badTerminalID, error.description)
    }
  }

  private func user(in context: CallerContext) throws -> OutUserID {
    do {
      return try OutUserID(context.parameters.require("id"))
    } catch let error as IdentifierError {
      throw HTTPRefusal(.badRequest, code: .badUserID, error.description)
    }
  }
}

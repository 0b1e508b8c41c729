import CanteenCore
import Crypto
import Daemon
import Foundation
import GatewayProtocol
import HTTPTypes
import Hummingbird

/// What the school's staff ask of the gateway, through `canteenctl`. Each call shows the admin token.
struct AdminRoutes: Sendable {
  static let largestPhoto = 16 << 20

  let token: String
  let store: GatewayStore
  let pairing: PairingDesk
  let enrolment: EnrolmentDesk

  func add(to router: Router<BasicRequestContext>) {
    router.get("v1/admin/status") { request, _ in
      try authorize(request)
      let (people, version) = try await (store.people(), store.libraryVersion())
      return try Response.json(
        GatewayStatus(
          people: people.count, payingPeople: people.count(where: \.mayPay), libraryVersion: version))
    }
    router.post("v1/admin/pairing-codes") { request, _ in
      try authorize(request)
      struct Body: Decodable { let terminal_id: TerminalID }
      return try Response.json(await pairing.makeCode(for: request.json(Body.self).terminal_id))
    }
    router.post("v1/admin/people/:id/face") { request, context in
      try authorize(request)
      let name = request.uri.queryParameters["name"].map(String.init) ?? ""
      let photo = try await request.content(atMost: Self.largestPhoto)
      return try Response.json(
        await enrolment.enrol(try user(in: context), named: name, photo: Data(photo.readableBytesView)))
    }
    router.delete("v1/admin/people/:id") { request, context in
      try authorize(request)
      let id = try user(in: context)
      guard try await store.forget(id) else {
        throw HTTPRefusal(.notFound, code: "unknown_user", "There is no enrolled user \(id).")
      }
      return Response(status: .noContent)
    }
    router.get("v1/admin/orders") { request, _ in
      try authorize(request)
      return try Response.json(await store.orders(atMost: 10_000))
    }
  }

  private func user(in context: BasicRequestContext) throws -> OutUserID {
    do {
      return try OutUserID(context.parameters.require("id"))
    } catch let error as IdentifierError {
      throw HTTPRefusal(.badRequest, code: "bad_user_id", error.description)
    }
  }

  private func authorize(_ request: Request) throws {
    let shown = Data((request.headers[.authorization] ?? "").utf8)
    let expected = Data("Bearer \(token)".utf8)
    // Hashes are compared, so that the time taken tells nothing about the token.
    guard SHA256.hash(data: shown) == SHA256.hash(data: expected) else {
      throw HTTPRefusal(
        .unauthorized, code: "bad_token",
        "Show the gateway's admin token; it is in keys/admin.token in the gateway's data folder.")
    }
  }
}

struct GatewayStatus: Codable, Sendable {
  let people: Int
  let payingPeople: Int
  let libraryVersion: Int64

  private enum CodingKeys: String, CodingKey {
    case people
    case payingPeople = "paying_people"
    case libraryVersion = "library_version"
  }
}

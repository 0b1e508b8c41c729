import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// What no platform offers: making contracts, seeing every charge, ordering faults. Unsigned, loopback only.
///
/// | call | body → answer |
/// |---|---|
/// | `GET /sandbox/health` | → `{status, organization_id}` |
/// | `POST /sandbox/contracts` | `{out_user_id, organization_id, user_name?, balance_fen?}` → account |
/// | `PATCH /sandbox/contracts/{out_user_id}` | `{status?, contract_state?, balance_fen?}` → account |
/// | `GET /sandbox/transactions` | → list of ``TransactionSummary`` |
/// | `PATCH /sandbox/refunds/{out_refund_no}` | `{status}` of a refund that is held → ``RefundSummary`` |
/// | `PATCH /sandbox/pace` | `{refunds?, bills?}` → ``Pace`` |
/// | `POST /sandbox/faults` | `{kind, count, operation?}` → the same |
///
/// An account is `{user_id, out_user_id, organization_id, contract_id, user_name?, contract_state, status,
/// balance_fen}`. A new balance first repays the platform's advances. Errors are `{code, message}`.
struct ControlRoutes: Sendable {
  static let largestBody = 64 << 10

  let platform: SandboxPlatform

  func add(to router: Router<SandboxContext>) {
    router.get("sandbox/health") { _, _ in
      try response(
        PlatformAnswer(["status": "ok", "organization_id": platform.identity.numbers.organizationID]))
    }
    router.post("sandbox/contracts") { request, _ in
      try await answer(request) { try await platform.sign($0) }
    }
    router.patch("sandbox/contracts/:user") { request, context in
      let user = try context.parameters.require("user")
      return try await answer(request) { try await platform.amend(outUserID: user, $0) }
    }
    router.get("sandbox/transactions") { _, _ in
      try response(PlatformAnswer(await platform.transactions()))
    }
    router.patch("sandbox/refunds/:number") { request, context in
      let number = try context.parameters.require("number")
      return try await answer(request) { try await platform.decide(outRefundNumber: number, $0) }
    }
    router.patch("sandbox/pace") { request, _ in
      try await answer(request) { await platform.amend($0) }
    }
    router.post("sandbox/faults") { request, _ in
      try await answer(request) { (fault: FaultRequest) in
        guard (1...1_000).contains(fault.count) else {
          throw PlatformRefusal.parameter("count", "is not 1 to 1000")
        }
        await platform.plan(fault.kind, of: fault.operation ?? .deduction, count: fault.count)
        return fault
      }
    }
  }

  private func answer<Message: Decodable>(
    _ request: Request, _ fulfil: (Message) async throws -> some Encodable
  ) async throws -> Response {
    let body = Data(try await request.body.collect(upTo: Self.largestBody).readableBytesView)
    do {
      guard let message = try? JSONDecoder().decode(Message.self, from: body) else {
        throw PlatformRefusal.parameter("body", "is not the documented JSON")
      }
      return response(try PlatformAnswer(try await fulfil(message)))
    } catch let refusal as PlatformRefusal {
      return response(PlatformAnswer(refusal))
    }
  }

  private func response(_ answer: PlatformAnswer) -> Response {
    Response(
      status: answer.status, headers: [.contentType: answer.contentType],
      body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
  }
}

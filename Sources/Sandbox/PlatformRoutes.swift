import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// The platform's own interface: every request is checked, every answer is signed, errors too.
struct PlatformRoutes: Sendable {
  /// A face token is a few kilobytes.
  static let largestBody = 256 << 10

  let platform: SandboxPlatform
  let signer: AnswerSigner

  func add(to router: Router<SandboxContext>) {
    router.post("v3/offlineface/authinfo") { request, _ in
      try await respond(to: request) { try await platform.authinfo($0) }
    }
    router.get("v3/offlinefacemch/organizations/:organization/users/out-user-id/:user") { request, context in
      let organization = try context.parameters.require("organization")
      let user = try context.parameters.require("user")
      return try await respond(to: request) { _ in
        try await platform.user(outUserID: user, organizationID: organization)
      }
    }
    router.get("v3/offlineface/transactions/out-trade-no/:number") { request, context in
      let number = try context.parameters.require("number")
      let query = request.uri.queryParameters
      return try await respond(to: request) { _ in
        try await platform.transaction(
          outTradeNumber: number, spMerchant: query["sp_mchid"].map(String.init),
          subMerchant: query["sub_mchid"].map(String.init),
          product: query["business_product_id"].flatMap { Int($0) })
      }
    }
    router.post("v3/offlineface/transactions") { request, context in
      try await deduct(request, context)
    }
  }

  private func respond(
    to request: Request, _ answer: (Data) async throws -> PlatformAnswer
  ) async throws -> Response {
    var request = request
    return try signed(await self.answer(&request, answer))
  }

  /// Checks the request, then asks `fulfil`; whatever is refused becomes an answer too.
  private func answer(
    _ request: inout Request, _ fulfil: (Data) async throws -> PlatformAnswer
  ) async throws -> PlatformAnswer {
    let body = Data(try await request.collectBody(upTo: Self.largestBody).readableBytesView)
    do {
      try await platform.admit(
        request.headers[.authorization], method: request.method.rawValue, target: request.head.path ?? "",
        body: body)
      return try await fulfil(body)
    } catch let refusal as Refusal {
      return PlatformAnswer(refusal)
    }
  }

  private func deduct(_ request: Request, _ context: SandboxContext) async throws -> Response {
    var request = request
    var fault: Fault?
    let answer = try await answer(&request) { body in
      fault = await platform.nextFault()
      switch fault {
      case .errorBeforeTaking: throw Refusal.systemError
      case .frequencyLimited: throw Refusal.frequencyLimited
      default: return try await platform.deduct(body)
      }
    }
    switch fault {
    case .errorAfterTaking:
      return try signed(PlatformAnswer(.systemError))
    case .unsignedAnswer:
      return response(answer)
    case .dropConnection:
      try await context.channel.close()
      throw CancellationError()
    case .timeoutAfterTaking:
      try await holdUntilClientLeaves(request)
      throw CancellationError()
    case .errorBeforeTaking, .frequencyLimited, nil:
      return try signed(answer)
    }
  }

  /// Returns or throws once the client closed its connection or the sandbox stops.
  private func holdUntilClientLeaves(_ request: Request) async throws {
    try await request.body.consumeWithCancellationOnInboundClose { _ in
      await cancelWhenGracefulShutdown {
        for await _ in AsyncStream<Never>.makeStream().stream {}
      }
    }
  }

  private func signed(_ answer: PlatformAnswer) throws -> Response {
    var response = response(answer)
    response.headers.append(contentsOf: try signer.headers(for: answer.body, at: platform.now()))
    return response
  }

  private func response(_ answer: PlatformAnswer) -> Response {
    Response(
      status: answer.status,
      headers: [
        .contentType: "application/json; charset=utf-8",
        .requestID: .random(24, of: "0123456789ABCDEF") + "-0",
      ],
      body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
  }
}

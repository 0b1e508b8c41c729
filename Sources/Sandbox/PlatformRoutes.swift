import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// The platform's own interface: every request is checked, every answer but a bill is signed, errors too.
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
      return try await respondOrFail(.deductionQuery, to: request, context) { _ in
        try await platform.transaction(
          outTradeNumber: number, spMerchant: query["sp_mchid"].map(String.init),
          subMerchant: query["sub_mchid"].map(String.init),
          product: query["business_product_id"].flatMap { Int($0) })
      }
    }
    router.post("v3/offlineface/transactions") { request, context in
      try await respondOrFail(.deduction, to: request, context) { try await platform.deduct($0) }
    }
    router.post("v3/refund/domestic/refunds") { request, context in
      try await respondOrFail(.refund, to: request, context) { try await platform.refund($0) }
    }
    router.get("v3/refund/domestic/refunds/:number") { request, context in
      let number = try context.parameters.require("number")
      let subMerchant = request.uri.queryParameters["sub_mchid"].map(String.init)
      return try await respondOrFail(.refundQuery, to: request, context) { _ in
        try await platform.refund(outRefundNumber: number, subMerchant: subMerchant)
      }
    }
    router.get("v3/bill/tradebill") { request, _ in
      let query = request.uri.queryParameters
      return try await respond(to: request) { _ in
        try await platform.tradeBill(
          day: query["bill_date"].map(String.init), kind: query["bill_type"].map(String.init),
          subMerchant: query["sub_mchid"].map(String.init),
          origin: "http://\(request.head.authority ?? "")")
      }
    }
    router.get("v3/billdownload/file") { request, _ in
      try await downloadBill(request)
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
    } catch let refusal as PlatformRefusal {
      return PlatformAnswer(refusal)
    }
  }

  /// As ``respond(to:_:)``, unless a fault was ordered for this call.
  private func respondOrFail(
    _ operation: Fault.Operation, to request: Request, _ context: SandboxContext,
    _ fulfil: (Data) async throws -> PlatformAnswer
  ) async throws -> Response {
    var request = request
    var fault: Fault?
    let answer = try await answer(&request) { body in
      fault = await platform.nextFault(of: operation)
      switch fault {
      case .errorBeforeTaking: throw PlatformRefusal.systemError
      case .frequencyLimited: throw PlatformRefusal.frequencyLimited
      case .riskRejected: throw PlatformRefusal.riskRejected
      case .accepted: throw PlatformRefusal.accepted
      case .staleAnswer:
        throw operation == .refundQuery ? PlatformRefusal.noSuchRefund : PlatformRefusal.noSuchOrder
      default: return try await fulfil(body)
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
    case .alteredAnswer:
      var altered = try signed(answer)
      altered.body = .init(byteBuffer: ByteBuffer(bytes: answer.body + Data(" ".utf8)))
      return altered
    case .errorBeforeTaking, .frequencyLimited, .riskRejected, .accepted, .staleAnswer, nil:
      return try signed(answer)
    }
  }

  /// The file is not signed: its hash was, in an earlier answer. A refusal is signed like every other.
  private func downloadBill(_ request: Request) async throws -> Response {
    var request = request
    let token = request.uri.queryParameters["token"].map(String.init)
    var isRefused = true
    let answer = try await answer(&request) { _ in
      let file = try await platform.billFile(token: token)
      isRefused = false
      return PlatformAnswer(file: file)
    }
    return isRefused ? try signed(answer) : response(answer)
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
        .contentType: answer.contentType,
        .requestID: .random(24, of: "0123456789ABCDEF") + "-0",
      ],
      body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
  }
}

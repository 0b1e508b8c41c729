import HTTPService
import HTTPTypes
import Hummingbird
import TillAPI

typealias TillRouter = Router<BasicRequestContext>

/// What an operation's work learns of its request besides the body.
struct TillRequest: Sendable {
  let request: Request
  let context: BasicRequestContext

  /// The part of the path that the caller filled in.
  func part(_ name: String) throws -> String { try context.parameters.require(name) }
}

/// A route for each operation: its body is read strictly and its answer written as the operation says.
extension Router where Context == BasicRequestContext {
  func serve<Body: Decodable & Sendable, Answer: Encodable & SendableMetatype>(
    _ operation: TillOperation<Body, Answer>,
    _ work: @escaping @Sendable (Body, TillRequest) async throws -> Answer
  ) {
    serve(raw: operation) { request in
      let body = try await request.request.json(Body.self, atMost: operation.mostBytes)
      return try .json(await work(body, request), status: .init(code: operation.success))
    }
  }

  func serve<Body: Decodable & Sendable>(
    _ operation: TillOperation<Body, NoAnswer>,
    _ work: @escaping @Sendable (Body, TillRequest) async throws -> Void
  ) {
    serve(raw: operation) { request in
      try await work(request.request.json(Body.self, atMost: operation.mostBytes), request)
      return Response(status: .init(code: operation.success))
    }
  }

  func serve<Answer: Encodable & SendableMetatype>(
    _ operation: TillOperation<NoBody, Answer>,
    _ work: @escaping @Sendable (TillRequest) async throws -> Answer
  ) {
    serve(raw: operation) { request in
      try await request.request.noBody()
      return try .json(await work(request), status: .init(code: operation.success))
    }
  }

  func serve(
    _ operation: TillOperation<NoBody, NoAnswer>,
    _ work: @escaping @Sendable (TillRequest) async throws -> Void
  ) {
    serve(raw: operation) { request in
      try await request.request.noBody()
      try await work(request)
      return Response(status: .init(code: operation.success))
    }
  }

  /// For bodies and answers that are not JSON, or are too large to be read twice.
  func serve<Body, Answer>(
    raw operation: TillOperation<Body, Answer>,
    _ work: @escaping @Sendable (TillRequest) async throws -> Response
  ) {
    on(RouterPath(operation.path), method: operation.method.request) { request, context in
      try await work(TillRequest(request: request, context: context))
    }
  }
}

extension TillMethod {
  var request: HTTPRequest.Method {
    switch self {
    case .get: .get
    case .post: .post
    }
  }
}

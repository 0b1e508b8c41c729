public import CanteenCore
import GatewayProtocol
public import HTTPTypes
public import Hummingbird
public import Logging
import NIOCore

/// A refusal with its HTTP status: what a handler throws and the caller reads as `{"code", "message"}`.
public struct HTTPRefusal: Error, HTTPResponseError {
  public let status: HTTPResponse.Status
  public let refusal: Refusal

  public init(_ status: HTTPResponse.Status, code: RefusalReason, _ message: String) {
    self.init(status, Refusal(code: .known(code), message: message))
  }

  /// Passes on the refusal of another program.
  public init(_ status: HTTPResponse.Status, _ refusal: Refusal) {
    self.status = status
    self.refusal = refusal
  }

  public func response(from request: Request, context: some RequestContext) throws -> Response {
    try .json(refusal, status: status)
  }
}

extension Response {
  /// A JSON answer that no cache keeps.
  public static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
    Response(
      status: status, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: try CanonicalJSON.text(value))))
  }
}

/// Turns every error of a handler into a refusal that tells callers nothing they need not know.
public struct RefusalMiddleware<Context: RequestContext>: RouterMiddleware {
  private let logger: Logger

  public init(logger: Logger) {
    self.logger = logger
  }

  public func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let refusal as HTTPRefusal {
      return try refusal.response(from: request, context: context)
    } catch let error as any HTTPResponseError {
      return try HTTPRefusal(
        error.status, code: error.status == .notFound ? .notFound : .refused, error.status.reasonPhrase + "."
      )
      .response(from: request, context: context)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      logger.error("A request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
      return try HTTPRefusal(
        .internalServerError, code: .failed, "Something went wrong here; the log of this program says more."
      ).response(from: request, context: context)
    }
  }
}

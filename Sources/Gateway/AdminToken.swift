import CanteenCore
import Crypto
import Foundation
import HTTPService
import HTTPTypes
import Hummingbird

/// Lets in only whoever shows the gateway's admin token.
struct AdminToken<Context: RequestContext>: RouterMiddleware {
  let token: String

  func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response)
    async throws -> Response
  {
    let shown = Data((request.headers[.authorization] ?? "").utf8)
    let expected = Data("Bearer \(token)".utf8)
    // Hashes are compared, so that the time taken tells nothing about the token.
    guard SHA256.hash(data: shown) == SHA256.hash(data: expected) else {
      throw HTTPRefusal(
        .unauthorized, code: .badToken,
        "Show the gateway's admin token; it is in keys/admin.token in the gateway's data folder.")
    }
    return try await next(request, context)
  }
}

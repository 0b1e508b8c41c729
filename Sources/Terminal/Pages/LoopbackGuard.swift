import CanteenCore
import HTTPService
import HTTPTypes
import Hummingbird

/// Lets in only what a page of this till, or a program on this machine, sends.
///
/// A web page from elsewhere that is open in the same browser could otherwise call the till: by a host name of
/// its own that resolves to loopback, or by posting a form across origins.
struct LoopbackGuard<Context: RequestContext>: RouterMiddleware {
  private static var names: Set<String> { ["127.0.0.1", "localhost", "[::1]"] }

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let authority = request.head.authority ?? ""
    guard Self.names.contains(Self.host(of: authority)) else {
      throw HTTPRefusal(.forbidden, code: .wrongHost, "This till answers only to its own machine.")
    }
    if let origin = request.headers[.origin], origin != "http://\(authority)" {
      throw HTTPRefusal(.forbidden, code: .wrongOrigin, "This till answers only to its own pages.")
    }
    var response = try await next(request, context)
    response.headers[.contentSecurityPolicy] = "default-src 'self'"
    response.headers[.xContentTypeOptions] = "nosniff"
    return response
  }

  private static func host(of authority: String) -> String {
    guard let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") else { return authority }
    return String(authority[..<colon])
  }
}

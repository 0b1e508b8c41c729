import CanteenCore
import HTTPTypes
public import Hummingbird

/// Lets in only what names this listener as its host, and what no page from elsewhere sends.
///
/// A web page that is open in a browser on this machine could otherwise call it: by a host name of its own that
/// resolves to this address, or by posting a form across origins.
public struct HostGuard<Context: RequestContext>: RouterMiddleware {
  private let names: @Sendable () -> Set<String>
  private let servesPages: Bool

  /// For a listener that only this machine reaches, and that serves pages of its own.
  public static var thisMachine: HostGuard {
    HostGuard(names: { ["127.0.0.1", "localhost", "::1"] }, servesPages: true)
  }

  /// - Parameters:
  ///   - names: host names and addresses under which callers may know the listener.
  ///   - servesPages: whether pages of its own call it; else a request from any page is refused.
  public init(names: @escaping @Sendable () -> Set<String>, servesPages: Bool = false) {
    self.names = names
    self.servesPages = servesPages
  }

  public func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let authority = request.head.authority ?? ""
    guard names().contains(Self.host(of: authority)) else {
      throw HTTPRefusal(
        .forbidden, code: .wrongHost, "Nothing is served here under this name; use the address.")
    }
    if let origin = request.headers[.origin], !servesPages || origin != "http://\(authority)" {
      throw HTTPRefusal(.forbidden, code: .wrongOrigin, "Pages of other sites are not answered.")
    }
    var response = try await next(request, context)
    response.headers[.contentSecurityPolicy] = "default-src 'self'"
    response.headers[.xContentTypeOptions] = "nosniff"
    return response
  }

  /// Without port and brackets.
  private static func host(of authority: String) -> String {
    var host = Substring(authority)
    if !host.hasSuffix("]"), let colon = host.lastIndex(of: ":") { host = host[..<colon] }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    return host.lowercased()
  }
}

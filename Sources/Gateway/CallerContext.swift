import GatewayStore
package import Hummingbird
import NIOCore
import NIOSSL

/// What is known of whoever calls the gateway.
package struct CallerContext: RequestContext {
  package var coreContext: CoreRequestContextStorage
  /// Where the caller stands in the network, as text; nil on a socket without addresses.
  let address: String?
  /// Who it is, once ``TerminalAuthenticator`` has found out.
  var terminal: PairedTerminal?
  private let channel: any Channel

  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
    address = source.channel.remoteAddress?.ipAddress
  }

  /// The certificate that the caller showed, DER; nil without one, or without TLS.
  func shownCertificate() async throws -> [UInt8]? {
    guard let handler = try? await channel.nioSSL_peerCertificate().get() else { return nil }
    return try handler.toDERBytes()
  }
}

/// A call of a till that is who it says.
struct TerminalContext: ChildRequestContext {
  var coreContext: CoreRequestContextStorage
  let address: String?
  let terminal: PairedTerminal

  init(context: CallerContext) throws {
    guard let terminal = context.terminal else { throw NobodyAsked() }
    coreContext = context.coreContext
    address = context.address
    self.terminal = terminal
  }

  /// A call is served to tills, and nothing has found out which.
  private struct NobodyAsked: Error {}
}

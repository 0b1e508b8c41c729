package import Hummingbird
import NIOCore

/// What is known of whoever calls the gateway.
package struct CallerContext: RequestContext {
  package var coreContext: CoreRequestContextStorage
  /// Where the caller stands in the network, as text; nil on a socket without addresses.
  let address: String?

  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    address = source.channel.remoteAddress?.ipAddress
  }
}

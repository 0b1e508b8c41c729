public import Hummingbird
public import HummingbirdCore
public import NIOCore

/// How many callers one listener serves at once. Each listener of a program has bounds of its own, so that whoever
/// fills one of them does not shut out the callers of another, nor use up the files the program may open.
public struct ListenerBounds: Sendable {
  /// Further callers wait until one of these has gone.
  public let connections: Int
  /// A connection without a request on its way is closed after this. Longer than our own clients keep one.
  public let idle: TimeAmount

  public init(connections: Int, idle: TimeAmount = .seconds(90)) {
    self.connections = connections
    self.idle = idle
  }

  public var http: HTTP1Channel.Configuration { .init(idleTimeout: idle) }

  public var server: HTTPServerBuilder { .http1(configuration: http) }

  public func configuration(of address: BindAddress, serverName: String) -> ApplicationConfiguration {
    ApplicationConfiguration(
      address: address, serverName: serverName,
      availableConnectionsDelegate: MaximumAvailableConnections(connections))
  }
}

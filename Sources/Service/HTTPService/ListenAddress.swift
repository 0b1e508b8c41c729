import Foundation
public import Hummingbird
import NIOCore
import NIOPosix

/// Where a daemon listens to callers that it takes for granted: on its own machine and nowhere else.
public struct ListenAddress: Sendable, Hashable, Codable {
  public let host: String
  /// 0 takes any free port.
  public let port: Int

  public init(host: String = "127.0.0.1", port: Int) throws(ListenError) {
    guard ["127.0.0.1", "::1", "localhost"].contains(host) else { throw .notLoopback(host) }
    self.host = host
    self.port = try ListenError.checked(port)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      host: container.decodeIfPresent(String.self, forKey: .host) ?? "127.0.0.1",
      port: container.decode(Int.self, forKey: .port))
  }

  public var network: NetworkAddress { NetworkAddress(host: host, checkedPort: port) }
}

/// Where a daemon listens to other machines, over TLS.
public struct NetworkAddress: Sendable, Hashable, Codable {
  public let host: String
  /// 0 takes any free port.
  public let port: Int

  /// - Parameter host: a name or address of this machine; `0.0.0.0` stands for all of IPv4, `::` for all.
  public init(host: String = "0.0.0.0", port: Int) throws(ListenError) {
    self.init(host: host, checkedPort: try ListenError.checked(port))
  }

  fileprivate init(host: String, checkedPort port: Int) {
    self.host = host
    self.port = port
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      host: container.decodeIfPresent(String.self, forKey: .host) ?? "0.0.0.0",
      port: container.decode(Int.self, forKey: .port))
  }

  public var bindAddress: BindAddress { .hostname(host, port: port) }

  /// Makes sure that a listener can begin here, before anything else does.
  ///
  /// - Throws: ``ListenError``, or what the system says.
  public func checkIsFree() async throws {
    guard port != 0 else { return }
    do {
      let probe = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1).bind(host: host, port: port).get()
      try await probe.close()
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw ListenError.portIsTaken(self)
    } catch let error as IOError where error.errnoCode == EADDRNOTAVAIL {
      throw ListenError.notOurs(self)
    }
  }
}

public enum ListenError: Error, Equatable, CustomStringConvertible {
  case notLoopback(String)
  case noSuchPort(Int)
  case portIsTaken(NetworkAddress)
  case notOurs(NetworkAddress)

  fileprivate static func checked(_ port: Int) throws(ListenError) -> Int {
    guard (0...65_535).contains(port) else { throw .noSuchPort(port) }
    return port
  }

  public var description: String {
    switch self {
    case .notLoopback(let host):
      "Listening on \(host) is refused: whoever reaches this listener is believed; use 127.0.0.1, ::1 or localhost"
    case .noSuchPort(let port):
      "\(port) is not a port; use 1 to 65535, or 0 for any free one"
    case .portIsTaken(let address):
      "Port \(address.port) on \(address.host) is taken; stop the program that has it or set another port"
    case .notOurs(let address):
      "This machine has no address \(address.host); correct it in the settings, or leave it out for all addresses"
    }
  }
}

import Foundation
public import Hummingbird
import NIOCore

/// Where a daemon listens. Only the machine itself may call until mutual TLS protects the connection.
public struct ListenAddress: Sendable, Hashable, Codable {
  public let host: String
  /// 0 takes any free port.
  public let port: Int

  public init(host: String = "127.0.0.1", port: Int) throws(ListenError) {
    guard ["127.0.0.1", "::1", "localhost"].contains(host) else { throw .notLoopback(host) }
    guard (0...65_535).contains(port) else { throw .noSuchPort(port) }
    self.host = host
    self.port = port
  }

  public var bindAddress: BindAddress { .hostname(host, port: port) }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      host: container.decodeIfPresent(String.self, forKey: .host) ?? "127.0.0.1",
      port: container.decode(Int.self, forKey: .port))
  }

  /// Turns "address in use" into an error that says what to do; returns every other error unchanged.
  public func explaining(_ error: any Error) -> any Error {
    guard let error = error as? IOError, error.errnoCode == EADDRINUSE else { return error }
    return ListenError.portIsTaken(self)
  }
}

public enum ListenError: Error, Equatable, CustomStringConvertible {
  case notLoopback(String)
  case noSuchPort(Int)
  case portIsTaken(ListenAddress)

  public var description: String {
    switch self {
    case .notLoopback(let host):
      "Listening on \(host) is refused: until mutual TLS guards the way, use 127.0.0.1, ::1 or localhost"
    case .noSuchPort(let port):
      "\(port) is not a port; use 1 to 65535, or 0 for any free one"
    case .portIsTaken(let address):
      "Port \(address.port) on \(address.host) is taken; stop the program that has it or set another port"
    }
  }
}

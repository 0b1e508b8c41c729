import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// The gateway did not answer, and what that means for whoever looks after the till.
struct GatewayUnreachable: Error, CustomStringConvertible {
  enum Cause: Equatable {
    case refused
    case noRoute
    case nameUnknown
    case silent
    case noTLS
    case notOurLanguage
    case other(String)
  }

  let gateway: URL
  let cause: Cause
  /// False when the request certainly never left this box.
  var wasSent = true

  init(gateway: URL, cause: Cause, wasSent: Bool = true) {
    self.gateway = gateway
    self.cause = cause
    self.wasSent = wasSent
  }

  /// - Parameter error: of the client that made the call.
  init(gateway: URL, _ error: any Error) {
    self.gateway = gateway
    cause = Cause(error)
    wasSent = !error.happenedBeforeSending
  }

  private var place: String {
    (gateway.host() ?? gateway.absoluteString) + (gateway.port.map { " at port \($0)" } ?? "")
  }

  var description: String {
    switch cause {
    case .refused:
      "Nothing listens on \(place); check that canteen-gateway runs there and that the port is right."
    case .noRoute: "There is no way to \(place); check cable, network and address."
    case .nameUnknown:
      "The name \(gateway.host() ?? "") is not known; check it, or give the gateway's address."
    case .silent:
      "\(place) does not answer; check that the machine is on, the address is right, and no firewall is in between."
    case .noTLS:
      """
      What answers on \(place) does not speak TLS 1.3: the port is another program's, or a portal or proxy stands in \
      between. Check the port, and open the network for this box.
      """
    case .notOurLanguage:
      """
      What answers on \(place) is not the gateway but a web page; a portal or proxy stands in between. Open the network \
      for this box.
      """
    case .other(let reason):
      "The gateway \(place) does not answer (\(reason)); check that it runs and the address is right."
    }
  }
}

extension GatewayUnreachable.Cause {
  fileprivate init(_ error: any Error) {
    switch error {
    case let error as NIOConnectionError:
      let causes = error.connectionErrors.map(\.error)
      if causes.isEmpty, error.dnsAError != nil || error.dnsAAAAError != nil {
        self = .nameUnknown
      } else {
        self = causes.first.map(Self.init) ?? .other("\(error)")
      }
    case let error as IOError:
      switch error.errnoCode {
      case ECONNREFUSED: self = .refused
      case EHOSTUNREACH, ENETUNREACH, ENETDOWN, EHOSTDOWN, EADDRNOTAVAIL: self = .noRoute
      case ETIMEDOUT: self = .silent
      default: self = .other("\(error)")
      }
    case let error as ChannelError:
      if case .connectTimeout = error { self = .silent } else { self = .other("\(error)") }
    case is NIOSSLError, is BoringSSLError: self = .noTLS
    case let error as HTTPClientError:
      switch error {
      case .connectTimeout, .deadlineExceeded, .readTimeout, .getConnectionFromPoolTimeout: self = .silent
      case .tlsHandshakeTimeout: self = .noTLS
      default: self = .other("\(error)")
      }
    default: self = .other("\(error)")
    }
  }
}

extension Error {
  /// Whether the connection was not even made, or was not used.
  fileprivate var happenedBeforeSending: Bool {
    switch self {
    case is NIOConnectionError: true
    case let error as IOError: error.errnoCode == ECONNREFUSED
    case let error as HTTPClientError: error == .connectTimeout || error == .tlsHandshakeTimeout
    case let error as NIOSSLError: if case .handshakeFailed = error { true } else { false }
    default: false
    }
  }
}

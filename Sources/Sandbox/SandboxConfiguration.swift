public import Foundation

/// Where a sandbox listens and keeps its books.
public struct SandboxConfiguration: Sendable {
  /// Made at the first start with mode 0700; holds keys, `merchant.yaml` and the journal.
  public let dataFolder: URL
  /// A loopback address; nothing else is accepted.
  public let host: String
  /// 0: any free port.
  public let port: Int
  /// The platform's clock.
  public let now: @Sendable () -> Date

  /// - Throws: ``SandboxError/notLoopback(host:)``: the control interface asks for no password.
  public init(
    dataFolder: URL, host: String = "127.0.0.1", port: Int = 8790, now: @escaping @Sendable () -> Date
  ) throws(SandboxError) {
    guard host == "localhost" || host == "::1" || Self.isLoopbackIPv4(host) else {
      throw .notLoopback(host: host)
    }
    guard (0...65_535).contains(port) else { throw .noSuchPort(port) }
    self.dataFolder = dataFolder
    self.host = host
    self.port = port
    self.now = now
  }

  /// 127.0.0.0/8 as four decimal numbers.
  private static func isLoopbackIPv4(_ host: String) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}

import CanteenTestSupport
import Foundation

/// systemd's end of `$NOTIFY_SOCKET`.
final class NotifySocket {
  let environment: [String: String]
  private let descriptor: Int32

  /// - Parameter name: an abstract name with its `@`; without one a path in `folder`.
  init(in folder: TemporaryFolder, abstractName: String? = nil, patience: Duration? = nil) {
    let name = abstractName ?? folder.path("notify")
    var environment = ["NOTIFY_SOCKET": name]
    if let patience { environment["WATCHDOG_USEC"] = "\(patience.components.seconds * 1_000_000)" }
    self.environment = environment
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = name.hasPrefix("@") ? [0] + name.utf8.dropFirst() : Array(name.utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
    let outcome = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    precondition(outcome == 0, "the test's socket cannot be bound")
  }

  deinit { close(descriptor) }

  /// What was said since the last call, in order.
  func heard() -> [String] {
    var messages: [String] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      guard count > 0 else { return messages }
      messages.append(String(decoding: buffer[..<count], as: UTF8.self))
    }
  }
}

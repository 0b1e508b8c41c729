import Foundation

/// The service manager that started this program and wants to hear how it is doing: systemd, over
/// `$NOTIFY_SOCKET` (sd_notify(3)).
public struct ServiceManager: Sendable {
  public enum Notification: Sendable, Equatable {
    case ready
    case stopping
    /// Feeds the watchdog.
    case alive
    /// One line for `systemctl status`.
    case status(String)

    var text: String {
      switch self {
      case .ready: "READY=1"
      case .stopping: "STOPPING=1"
      case .alive: "WATCHDOG=1"
      case .status(let line): "STATUS=\(line.replacing("\n", with: " "))"
      }
    }
  }

  /// How long the program may be silent before it is restarted; nil when no watchdog watches it.
  public let patience: Duration?
  /// A path, or `@` and an abstract name.
  private let socketName: String

  /// - Returns: nil when no service manager asked this process for notifications.
  public init?() {
    self.init(environment: ProcessInfo.processInfo.environment, processID: getpid())
  }

  /// - Parameters:
  ///   - environment: as the program was started with.
  ///   - processID: this process; a watchdog that is meant for another one is ignored.
  public init?(environment: [String: String], processID: Int32) {
    guard let name = environment["NOTIFY_SOCKET"], name.hasPrefix("/") || name.hasPrefix("@"),
      name.utf8.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path)
    else { return nil }
    socketName = name
    let isMeant = environment["WATCHDOG_PID"].map { Int32($0) == processID } ?? true
    patience = isMeant ? environment["WATCHDOG_USEC"].flatMap { Int64($0) }.map { .microseconds($0) } : nil
  }

  /// Never fails: a manager that does not hear the program restarts it, as it should. Waits only while the
  /// manager's queue is full.
  public func tell(_ words: Notification...) {
    let message = Array(words.map(\.text).joined(separator: "\n").utf8)
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // An abstract name begins with a zero byte and, like any other, ends with the address.
    let path = socketName.hasPrefix("@") ? [0] + socketName.utf8.dropFirst() : Array(socketName.utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), $0, length)
      }
    }
  }
}

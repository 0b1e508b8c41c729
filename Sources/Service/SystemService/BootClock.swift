import Foundation

/// Time since this machine was started; restarts of programs do not reset it.
public struct BootClock: Sendable {
  /// Changes with every start of the machine.
  public let bootID: String

  /// nil where the kernel does not tell.
  public init?() {
    guard let id = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8) else {
      return nil
    }
    bootID = id.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  public var sinceBoot: Duration {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}

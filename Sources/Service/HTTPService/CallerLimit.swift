public import HummingbirdCore
public import Logging
public import NIOCore
import Synchronization

/// A listener's connections, of which one address has only so many: whoever opens more finds them closed, and leaves
/// room for the others.
public struct CallerLimit<Base: ServerChildChannel>: ServerChildChannel {
  private let base: Base
  private let most: Int
  private let counts = Counts()

  /// - Parameter most: connections of one address at once.
  public init(_ base: Base, most: Int) {
    self.base = base
    self.most = most
  }

  public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
    guard let address = channel.remoteAddress?.ipAddress else {
      return base.setup(channel: channel, logger: logger)
    }
    let isOneTooMany = counts.opened(by: address) > most
    let counts = counts
    channel.closeFuture.whenComplete { _ in counts.closed(by: address) }
    return base.setup(channel: channel, logger: logger).map { value in
      // Only now: a setup that fails would end the listener.
      if isOneTooMany { channel.close(promise: nil) }
      return value
    }
  }

  public func handle(value: Base.Value, logger: Logger) async {
    await base.handle(value: value, logger: logger)
  }

  private final class Counts: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    func opened(by address: String) -> Int {
      counts.withLock { counts in
        counts[address, default: 0] += 1
        return counts[address] ?? 0
      }
    }

    func closed(by address: String) {
      counts.withLock { counts in
        let left = (counts[address] ?? 1) - 1
        counts[address] = left > 0 ? left : nil
      }
    }
  }
}

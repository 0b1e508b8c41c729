public import ServiceLifecycle

/// A loop of a daemon as a service: works until the group shuts down or is cancelled.
public struct LoopService: Service, CustomStringConvertible {
  public let description: String
  private let work: @Sendable () async -> Void

  /// - Parameters:
  ///   - name: for the log.
  ///   - work: ends when its task is cancelled. One that ends earlier had nothing to do, which stops nobody else.
  public init(_ name: String, _ work: @escaping @Sendable () async -> Void) {
    description = name
    self.work = work
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown(work)
    try? await gracefulShutdown()
  }
}

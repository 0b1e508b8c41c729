import UnixSignals

/// Runs `work` until it ends, or until Ctrl-C or SIGTERM cancels it.
///
/// - Throws: `CancellationError` after an interruption, once `work` has ended in order.
public func untilInterrupted<Outcome: Sendable>(
  _ work: @escaping @Sendable () async throws -> Outcome
) async throws -> Outcome {
  try await withThrowingTaskGroup(of: Outcome?.self) { group in
    group.addTask { try await work() }
    group.addTask {
      for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return nil }
      return nil
    }
    defer { group.cancelAll() }
    guard let outcome = try await group.next(), let outcome else {
      group.cancelAll()
      while let _ = try? await group.next() {}
      throw CancellationError()
    }
    return outcome
  }
}

import CanteenCore
import GatewayStore

extension OrderStore {
  /// Reads orders, has `change` decide about them, and writes what it decided. If anything changed in
  /// between, it starts again.
  ///
  /// - Parameters:
  ///   - claim: ends with the decision.
  ///   - change: may be called several times.
  @discardableResult
  func amend<Result: Sendable>(
    _ numbers: Set<OutTradeNumber>, ending claim: Claim? = nil,
    _ change: @Sendable (inout OrderBook) throws -> Result
  ) async throws -> Result {
    try await whileUnchanged(ending: claim) {
      var book = OrderBook(try await bookView(of: numbers))
      let result = try change(&book)
      return (result, book.decision)
    }
  }

  /// - Parameter decide: reads and decides; called again when something has changed since it was read.
  func whileUnchanged<Result: Sendable>(
    ending claim: Claim? = nil, _ decide: () async throws -> (Result, OrderDecision)
  ) async throws -> Result {
    // A commit fails only when another one succeeded, so that this ends unless a store never commits.
    for _ in 0..<1_000 {
      let (result, decision) = try await decide()
      if decision.isEmpty, claim == nil { return result }
      if try await commit(decision, ending: claim) { return result }
    }
    throw StoreNeverCommits()
  }
}

/// The store refuses every decision as outdated.
struct StoreNeverCommits: Error, CustomStringConvertible {
  var description: String { "The gateway's store refuses every decision as outdated; restart the gateway." }
}

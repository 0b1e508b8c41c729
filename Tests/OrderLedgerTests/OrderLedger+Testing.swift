import CanteenCore
import GatewayProtocol

@testable import OrderLedger

extension OrderLedger {
  /// As if the gateway had been asked a moment ago.
  @discardableResult
  func record(_ events: TerminalEvents) async throws -> TerminalEventEffects {
    try await record(events, from: eventPlace())
  }

  func willUpload(through sequence: Int64) async throws {
    try await willUpload(unsent(atMost: 100).filter { $0.sequence <= sequence })
  }
}

package import CanteenCore
package import GatewayProtocol

/// Who works at the tills.
package protocol OfficeStore: Sendable {
  /// By their IDs.
  func operators() async throws -> [Operator]

  /// Adds or replaces an operator.
  func save(_ staff: Operator, telling events: [AddressedEvent]) async throws

  /// - Parameter events: written only when there was such an operator.
  /// - Returns: false when there is none.
  func remove(_ id: OperatorID, telling events: [AddressedEvent]) async throws -> Bool
}

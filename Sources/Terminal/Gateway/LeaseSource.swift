import GatewayProtocol

/// Whoever knows under which lease the till sells.
protocol LeaseSource: Sendable {
  /// nil before the first lease.
  var lease: Lease? { get async }
}

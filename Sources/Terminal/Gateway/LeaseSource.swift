import GatewayProtocol

/// Gives the lease under which the till sells.
protocol LeaseSource: Sendable {
  /// nil before the first lease.
  var lease: Lease? { get async }
}

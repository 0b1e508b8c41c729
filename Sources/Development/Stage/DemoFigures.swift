public import CanteenCore
public import GatewayProtocol
public import TillAPI

/// The line of figures a demo ends with.
public struct DemoFigures: Sendable, Encodable {
  public let frames, facesSeen, identified, strangersRefused: Int
  public let ordersAccepted, ordersUploaded, ordersPaid: Int
  public let amountPaid: Fen
  /// Accepted on the till, but unknown to the gateway or shown as paid without a charge at the platform.
  public let lost: Int
  /// Charges beyond the first for one order, and charges that no order of the till explains.
  public let duplicated: Int
  public let faceToAccept: TillStatus.Percentiles
  public let cpuSeconds, peakMemoryMegabytes: Double
  /// Share of one core that the till takes while its camera is closed; nil when it was not measured.
  public let cpuPercentWithCameraClosed: Double?

  public init(
    till: TillStatus, orders: [BookedOrder], gateway: [GatewayOrder], charges: [ListedCharge],
    cpuPercentWithCameraClosed: Double? = nil
  ) {
    self.cpuPercentWithCameraClosed = cpuPercentWithCameraClosed
    frames = till.counts.frames
    facesSeen = till.counts.facesSeen
    identified = till.counts.identified
    strangersRefused = till.counts.strangersRefused
    ordersAccepted = till.orders.accepted
    ordersUploaded = till.orders.uploaded
    ordersPaid = till.orders.paid
    amountPaid = till.orders.paidAmount
    faceToAccept = till.faceToAccept
    cpuSeconds = (till.process.cpuSeconds * 10).rounded() / 10
    peakMemoryMegabytes = till.process.peakMemoryMegabytes.rounded()

    let amounts = Dictionary(uniqueKeysWithValues: orders.map { ($0.outTradeNumber, $0.amount) })
    let atGateway = Set(gateway.map(\.outTradeNumber))
    let charged = Dictionary(uniqueKeysWithValues: charges.map { ($0.number, $0) })
    lost = orders.count { order in
      let isPaid = order.state == .paid || order.state == .advanced
      let isCharged =
        charged[order.outTradeNumber].map { $0.charges >= 1 && $0.amount == order.amount } ?? false
      return !atGateway.contains(order.outTradeNumber) || (isPaid && !isCharged)
    }
    duplicated = charges.reduce(0) { sum, charge in
      sum + (amounts[charge.number] == nil ? charge.charges : max(0, charge.charges - 1))
    }
  }

  private enum CodingKeys: String, CodingKey {
    case frames
    case facesSeen = "faces_seen"
    case identified
    case strangersRefused = "strangers_refused"
    case ordersAccepted = "orders_accepted"
    case ordersUploaded = "orders_uploaded"
    case ordersPaid = "orders_paid"
    case amountPaid = "amount_paid_fen"
    case lost
    case duplicated
    case faceToAccept = "face_to_accept_ms"
    case cpuSeconds = "cpu_seconds"
    case peakMemoryMegabytes = "peak_rss_mb"
    case cpuPercentWithCameraClosed = "camera_closed_cpu_percent"
  }
}

extension DemoStage {
  /// Keeps the camera closed and waits until every order has arrived and been decided, at most `limit`.
  public func drain(atMost limit: Duration) async throws {
    let tries = Int(limit / .milliseconds(200))
    var acceptedAtRest: Int?
    for _ in 0..<tries {
      // A face found just before the camera closed opens it again, so it is closed until nothing more is sold.
      try await closeCamera(at: .terminal)
      if let orders = try? await tillStatus().orders, orders.unsent == 0, orders.waiting == 0 {
        if orders.accepted == acceptedAtRest { return }
        acceptedAtRest = orders.accepted
      } else {
        acceptedAtRest = nil
      }
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  /// How much of one core the till takes from now on; meaningful after ``drain(atMost:)`` closed the camera.
  public func cpuPercent(over time: Duration) async throws -> Double {
    let before = try await tillStatus().process.cpuSeconds
    try await Task.sleep(for: time)
    let used = try await tillStatus().process.cpuSeconds - before
    return (used / (time / .seconds(1)) * 1_000).rounded() / 10
  }

  /// Compares what till, gateway and platform have in their books.
  public func figures(cpuPercentWithCameraClosed: Double? = nil) async throws -> DemoFigures {
    DemoFigures(
      till: try await tillStatus(), orders: try await tillOrders(), gateway: try await gatewayOrders(),
      charges: try await charges(), cpuPercentWithCameraClosed: cpuPercentWithCameraClosed)
  }
}

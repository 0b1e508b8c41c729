/// Compares what tills booked, what the gateway made of it and what the platform's bill says (对账), and names
/// every difference. Pure: the gateway, the simulation and the crash test all judge by it (I3).
public struct Reconciliation: Sendable {
  /// An order as a till signed it.
  public struct Booked: Sendable, Hashable {
    public let number: OutTradeNumber
    public let toCollect: Fen

    public init(number: OutTradeNumber, toCollect: Fen) {
      self.number = number
      self.toCollect = toCollect
    }
  }

  /// An order as the gateway keeps it.
  public struct Kept: Sendable, Hashable {
    public let number: OutTradeNumber
    public let toCollect: Fen
    public let state: OrderState
    /// The sum of refunds the platform made, as the gateway knows it.
    public let refunded: Fen
    /// The sum of requested refunds whose outcome the gateway does not know.
    public let refunding: Fen
    /// Of ``refunded``, what may stand in a bill that is not there yet.
    public let refundedUnbilled: Fen

    public init(
      number: OutTradeNumber, toCollect: Fen, state: OrderState, refunded: Fen, refunding: Fen = .zero,
      refundedUnbilled: Fen = .zero
    ) {
      self.number = number
      self.toCollect = toCollect
      self.state = state
      self.refunded = refunded
      self.refunding = refunding
      self.refundedUnbilled = refundedUnbilled
    }
  }

  /// What the platform did under one order number, from its bill.
  public struct Billed: Sendable, Hashable {
    public let number: String
    public let charged: Fen
    public let refunded: Fen
    /// Charges under this number: more than one is a double charge.
    public let charges: Int

    public init(number: String, charged: Fen, refunded: Fen, charges: Int = 1) {
      self.number = number
      self.charged = charged
      self.refunded = refunded
      self.charges = charges
    }
  }

  public enum Name: String, Sendable, Hashable, Codable, CaseIterable {
    // Explained: nothing is wrong.
    case unsent
    case waiting
    case delayed
    case failed
    case riskRejected = "risk_rejected"
    case voided
    case refunded
    /// A refund was requested, and the gateway does not know its outcome yet.
    case refundWaiting = "refund_waiting"
    case takenByStaff = "taken_by_staff"
    case nothingToCollect = "nothing_to_collect"
    /// It stands in the bill of a day for which the platform has none yet.
    case notBilledYet = "not_billed_yet"
    // Unexplained: somebody has to look.
    case missingAtPlatform = "missing_at_platform"
    case unknownAtTill = "unknown_at_till"
    case chargedButNotKept = "charged_but_not_kept"
    case amountDiffers = "amount_differs"
    case refundDiffers = "refund_differs"
    case chargedTwice = "charged_twice"
    case neverBooked = "never_booked"

    public var isExplained: Bool {
      switch self {
      case .unsent, .waiting, .delayed, .failed, .riskRejected, .voided, .refunded, .refundWaiting,
        .takenByStaff, .nothingToCollect, .notBilledYet:
        true
      case .missingAtPlatform, .unknownAtTill, .chargedButNotKept, .amountDiffers, .refundDiffers,
        .chargedTwice, .neverBooked:
        false
      }
    }
  }

  public struct Difference: Sendable, Hashable, Codable {
    public let name: Name
    public let number: String
    /// The money by which two sides differ.
    public let amount: Fen

    private enum CodingKeys: String, CodingKey {
      case name
      case number = "out_trade_no"
      case amount = "amount_fen"
    }
  }

  public let differences: [Difference]
  /// Till side: everything the tills want collected, void or not.
  public let booked: Fen
  /// Platform side: charges less refunds.
  public let collected: Fen

  /// The money no named difference explains; zero when everything adds up.
  public var unexplained: Fen {
    differences.reduce(.zero) { $1.name.isExplained ? $0 : $0 + $1.amount }
  }

  /// - Parameter billedOutside: whether the bill may lack an order that the gateway calls paid, for example
  ///   because it was paid on another day. Such an order is not reported as missing.
  public init(
    booked: [Booked], kept: [Kept], billed: [Billed],
    billedOutside: (OutTradeNumber) -> Bool = { _ in false }
  ) {
    let keptByNumber = Dictionary(kept.map { ($0.number.text, $0) }, uniquingKeysWith: { first, _ in first })
    let billedByNumber = Dictionary(billed.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
    var found: [Difference] = []
    for order in booked {
      let number = order.number.text
      found += Self.compare(
        order, keptByNumber[number], billedByNumber[number], billedOutside: billedOutside(order.number))
    }
    let bookedNumbers = Set(booked.map(\.number.text))
    for order in kept where !bookedNumbers.contains(order.number.text) {
      found.append(Difference(name: .unknownAtTill, number: order.number.text, amount: order.toCollect))
    }
    for line in billed where !bookedNumbers.contains(line.number) && keptByNumber[line.number] == nil {
      found.append(Difference(name: .neverBooked, number: line.number, amount: line.charged - line.refunded))
    }
    differences = found
    self.booked = booked.reduce(.zero) { $0 + $1.toCollect }
    collected = billed.reduce(.zero) { $0 + $1.charged - $1.refunded }
  }

  private static func compare(
    _ order: Booked, _ kept: Kept?, _ billed: Billed?, billedOutside: Bool
  ) -> [Difference] {
    func difference(_ name: Name, _ amount: Fen) -> Difference {
      Difference(name: name, number: order.number.text, amount: amount)
    }
    guard let kept else {
      guard let billed else { return [difference(.unsent, order.toCollect)] }
      return [difference(.chargedButNotKept, billed.charged - billed.refunded)]
    }
    guard kept.toCollect == order.toCollect else {
      return [difference(.amountDiffers, abs(kept.toCollect - order.toCollect))]
    }
    if let billed, billed.charges > 1 { return [difference(.chargedTwice, billed.charged - order.toCollect)] }
    let expectsCharge = kept.state.isCharged || kept.state == .refunded
    switch (expectsCharge, billed) {
    case (true, nil):
      let missing = order.toCollect - kept.refunded
      return [difference(billedOutside ? .notBilledYet : .missingAtPlatform, missing)]
    // The platform may already have charged an order that is still open at the gateway, which has not asked
    // yet.
    case (false, let billed?) where kept.state != .uploaded && kept.state != .delayed:
      return [difference(.chargedButNotKept, billed.charged - billed.refunded)]
    case (true, let billed?):
      guard billed.charged == order.toCollect else {
        return [difference(.amountDiffers, abs(billed.charged - order.toCollect))]
      }
      let ahead = billed.refunded - kept.refunded
      if ahead > .zero, ahead <= kept.refunding { return [difference(.refundWaiting, ahead)] }
      if ahead < .zero, abs(ahead) <= kept.refundedUnbilled {
        return [difference(.notBilledYet, abs(ahead))]
      }
      guard ahead == .zero else {
        return [difference(.refundDiffers, abs(billed.refunded - kept.refunded))]
      }
      return kept.refunded > .zero ? [difference(.refunded, kept.refunded)] : []
    case (false, _):
      return explanation(of: kept.state).map { [difference($0, order.toCollect)] } ?? []
    }
  }

  private static func explanation(of state: OrderState) -> Name? {
    switch state {
    case .accepted, .queued: .unsent
    case .uploaded: .waiting
    case .delayed: .delayed
    case .failed: .failed
    case .riskRejected: .riskRejected
    case .voided: .voided
    case .takenByStaff: .takenByStaff
    case .nothingToCollect: .nothingToCollect
    case .paid, .advanced, .refunded: nil
    }
  }

  private static func abs(_ amount: Fen) -> Fen { amount < .zero ? .zero - amount : amount }
}

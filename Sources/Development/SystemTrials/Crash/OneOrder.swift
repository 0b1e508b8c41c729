import CanteenCore

/// One order number, as each of the books has it.
struct OneOrder {
  let number: String
  let till: [LedgerSnapshot.ListedOrder]
  let gateway: [LedgerSnapshot.ListedOrder]
  let platform: [LedgerSnapshot.PlatformCharge]

  var charges: Int { platform.reduce(0) { $0 + $1.charges } }

  /// A till or the gateway stands for this number, so one charge for it is right.
  var isKnown: Bool { !till.isEmpty || !gateway.isEmpty }

  /// The order is safe on its till and still to be sent.
  private var isUnsent: Bool {
    (till.first?.state == .accepted || till.first?.state == .queued) && gateway.isEmpty
  }

  /// Which book misses the order; nil when none does.
  var reasonLost: String? {
    if till.isEmpty, !gateway.isEmpty { return "is at the gateway and in no till's ledger" }
    if gateway.isEmpty, !till.isEmpty, !isUnsent {
      return "is \(till[0].state.rawValue) at the till and unknown to the gateway"
    }
    if charges == 0, (till + gateway).contains(where: \.state.moneyWasTaken) {
      return "is shown as paid (\(summary)), but the platform took nothing"
    }
    return nil
  }

  /// The widest gap between two books: about what was sold, or about what was taken.
  var unexplained: Fen {
    var sold: [Fen] = []
    if isKnown {
      sold = [till.amount]
      if !isUnsent { sold.append(gateway.amount) }
      if !platform.isEmpty { sold.append(platform[0].amount) }
    }
    let taken = [
      till.taken, isUnsent ? till.taken : gateway.taken,
      FenRange(exactly: platform.reduce(.zero) { $0 + $1.taken }),
    ]
    var widest = sold.isEmpty ? .zero : Fen.distance(sold.min() ?? .zero, sold.max() ?? .zero)
    for (one, other) in [(taken[0], taken[1]), (taken[1], taken[2]), (taken[0], taken[2])] {
      widest = max(widest, one.gap(to: other))
    }
    return widest
  }

  var summary: String {
    let till = till.map { "\($0.state.rawValue) ¥\($0.amount.yuan)" }.joined(separator: ", ")
    let gateway = gateway.map { "\($0.state.rawValue) ¥\($0.amount.yuan)" }.joined(separator: ", ")
    let platform = platform.map { "\($0.charges) × ¥\($0.amount.yuan)" }.joined(separator: ", ")
    return "till \(till.orNone), gateway \(gateway.orNone), platform \(platform.orNone)"
  }
}

/// The least and the most that a book may mean while it says that an outcome is open.
private struct FenRange {
  let lowest: Fen
  let highest: Fen

  init(_ lowest: Fen, _ highest: Fen) {
    (self.lowest, self.highest) = (lowest, highest)
  }

  init(exactly amount: Fen) { self.init(amount, amount) }

  func gap(to other: FenRange) -> Fen {
    max(.zero, lowest - other.highest, other.lowest - highest)
  }
}

extension [LedgerSnapshot.ListedOrder] {
  fileprivate var amount: Fen { reduce(.zero) { $0 + $1.amount } }

  fileprivate var taken: FenRange {
    reduce(FenRange(exactly: .zero)) { sum, order in
      let lowest = order.state.moneyWasTaken ? order.amount : .zero
      let highest = order.state.moneyWasTaken || !order.state.isFinal ? order.amount : .zero
      return FenRange(sum.lowest + lowest, sum.highest + highest)
    }
  }
}

extension LedgerSnapshot.PlatformCharge {
  fileprivate var taken: Fen { Fen(amount.count * Int64(charges)) }
}

extension OrderState {
  fileprivate var moneyWasTaken: Bool { self == .paid || self == .advanced }
}

extension String {
  fileprivate var orNone: String { isEmpty ? "nothing" : self }
}

extension Fen {
  static func distance(_ one: Fen, _ other: Fen) -> Fen { max(one, other) - min(one, other) }
}

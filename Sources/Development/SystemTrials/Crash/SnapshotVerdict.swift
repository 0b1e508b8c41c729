public import CanteenCore

/// Till = gateway = platform + named differences (I3), and nothing that was shown is missing (I1, I2).
///
/// An order that is safe in its till's ledger and not sent yet is not lost; a difference between books is
/// explained when a book says that the outcome is still open (accepted, uploaded, delayed).
public struct SnapshotVerdict: Sendable, Equatable {
  /// Different orders in the ledgers of the tills.
  public let orders: Int
  /// Orders that were shown, or that one book has, and that the book which must have them does not.
  public private(set) var lost = 0
  /// Orders or charges beyond the one that a key or a number stands for.
  public private(set) var duplicated = 0
  /// What the books disagree about, order by order, so that a plus never hides a minus.
  public private(set) var unexplained = Fen.zero
  /// One sentence for each fault.
  public private(set) var findings: [String] = []

  public var holds: Bool { findings.isEmpty }

  public init(of books: LedgerSnapshot) {
    let tills = Dictionary(grouping: books.tills, by: \.number)
    let gateway = Dictionary(grouping: books.gateway, by: \.number)
    let platform = Dictionary(grouping: books.platform, by: \.number)
    orders = tills.count
    let missing = compareShown(books.shown, with: tills)
    for keyed in books.keyed.sorted(by: { $0.amount < $1.amount }) {
      let known = missing.count { $0.amount == keyed.amount }
      compare(keyed, with: books.tills, knownMissing: known)
    }
    for number in Set(tills.keys).union(gateway.keys).union(platform.keys).sorted() {
      compare(
        OneOrder(
          number: number, till: tills[number] ?? [], gateway: gateway[number] ?? [],
          platform: platform[number] ?? []))
    }
  }

  /// - Returns: the orders that were shown and are in no till's ledger.
  private mutating func compareShown(
    _ shown: [LedgerSnapshot.ShownOrder], with tills: [String: [LedgerSnapshot.ListedOrder]]
  ) -> Set<LedgerSnapshot.ShownOrder> {
    var missing: Set<LedgerSnapshot.ShownOrder> = []
    for order in Set(shown).sorted(by: { $0.number < $1.number }) {
      guard let booked = tills[order.number]?.first else {
        missing.insert(order)
        lost += 1
        find(order.number, "¥\(order.amount.yuan) was shown as accepted and is in no till's ledger")
        continue
      }
      if booked.amount != order.amount {
        unexplained = unexplained + Fen.distance(booked.amount, order.amount)
        find(
          order.number,
          "¥\(order.amount.yuan) was shown, but ¥\(booked.amount.yuan) is in the till's ledger")
      }
    }
    return missing
  }

  private mutating func compare(
    _ keyed: LedgerSnapshot.KeyedAmount, with tills: [LedgerSnapshot.ListedOrder], knownMissing: Int
  ) {
    let booked = tills.count { $0.amount == keyed.amount }
    let unaccounted = keyed.confirmed - booked - knownMissing
    if unaccounted > 0 {
      lost += unaccounted
      findings.append(
        "¥\(keyed.amount.yuan): the till confirmed \(keyed.confirmed) orders, its ledger has \(booked)")
    }
    if booked > keyed.times {
      duplicated += booked - keyed.times
      findings.append(
        "¥\(keyed.amount.yuan): keyed \(keyed.times) times, but the till's ledger has \(booked) orders")
    }
  }

  private mutating func compare(_ order: OneOrder) {
    for (book, times) in [
      ("the till's ledger", order.till.count), ("the gateway", order.gateway.count),
      ("the platform", order.platform.count),
    ] where times > 1 {
      duplicated += times - 1
      find(order.number, "is \(times) times in \(book)")
    }
    if let reason = order.reasonLost {
      lost += 1
      find(order.number, reason)
    }
    let tooMany = order.charges - (order.isKnown ? 1 : 0)
    if tooMany > 0 {
      duplicated += tooMany
      let charged = "was charged \(order.charges) times"
      find(order.number, order.isKnown ? "\(charged) instead of once" : "\(charged), but nobody booked it")
    }
    if order.unexplained > .zero {
      unexplained = unexplained + order.unexplained
      find(order.number, "the books differ by ¥\(order.unexplained.yuan) (\(order.summary))")
    }
  }

  private mutating func find(_ number: String, _ what: String) {
    findings.append("order \(number): \(what)")
  }
}
